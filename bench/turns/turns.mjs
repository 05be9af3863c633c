// Two or more builds of the page in turns, in one Chromium: what a change gives, on a machine whose speed changes by half
// within an hour. Each round takes all sites, in an order that turns around, each in a fresh context.
// `cargo xtask bench turns` runs it beside the harness, whose packages it uses. Arguments: what to do, how many rounds, the
// sites. What to do is one of
// - a document of the harness: to open it;
// - `add-` and one: to label a word there, once all is drawn;
// - `press-` and one: to label, relabel and remove there beside the bare page, with keys at moments spread over a frame (those
//   of the harness come at the same moment of a frame in each round, at another one in each page: 7 ms of difference);
// - `first`, a first visit until the example is seen; `ready`, until it can be labelled; `again`, a second visit.
import path from 'node:path';
import adapters from './adapters/app.mjs';
import floors from './adapters/floor.mjs';
import { launch, openPage } from './lib/page.mjs';
import { serve } from './lib/serve.mjs';
import { makeWorkloads } from './lib/workload.mjs';

const [what, rounds, ...sites] = process.argv.slice(2);
const [, way, deed] = what.match(/^(?:(add|press)-)?(.*)$/);
const workloads = makeWorkloads(process.env.BENCH_SEED);
const [app, , again] = adapters;
const bare = floors.find(({ id }) => id === 'floor-mark-cv');
const pages = sites.map((site) => ({ site, peer: app }));
if (way === 'press') pages.unshift({ site: path.resolve('pages'), peer: bare, name: 'the bare page' });
const documents = Object.values(workloads).map((workload) => [
  `/workload/${workload.name}.json`,
  () => ({ type: 'application/json', body: JSON.stringify(workload) }),
]);
for (const page of pages) page.server = await serve({ '/': page.site }, Object.fromEntries(documents));
const browser = await launch();

/** A first visit until the example is in a picture (`first`), and until it can be labelled there (`ready`). */
const visit = (article) => ({
  async load(page, _, { url }, peer) {
    await page.goto(`${url}/`, { waitUntil: 'commit' });
    const { tPaint } = await peer.painted(`document.querySelector('${article}')?.textContent.includes('TEHRAN')`);
    return { ms: () => tPaint };
  },
});
const first = visit('.article'), ready = visit('[data-article]');

/** Lets the last input of a gesture wait, so that it comes at another moment of a frame in each round. */
function spread(peer, round) {
  const { final } = peer;
  peer.final = (isDone, act, ...rest) => {
    const late = async () => {
      await peer.idle(20 + (((round + 1) * 0.618) % 1) * 50);
      await act();
    };
    return final.call(peer, isDone, late, ...rest);
  };
}

/** Does it once; gives milliseconds until it is seen, of the main thread until half a second later, and of the first picture. */
async function once({ server, peer: adapter }, round) {
  const { context, page, peer } = await openPage(browser);
  const { load } = { first, ready, again }[deed] ?? adapter;
  const workload = workloads[deed] ?? workloads.seed;
  const loaded = await load(page, workload, server, peer);
  if (adapter === bare) await peer.painted(bare.ready(workload));
  await page.waitForTimeout(way ? 2000 : 500);
  const more = {};
  let ms, cpu;
  if (!way) [ms, cpu] = [loaded.ms(), (await peer.task()).TaskDuration * 1000];
  if (way === 'press') spread(peer, round);
  if (way) ({ ms, cpu } = await adapter.add(peer, workload));
  if (way === 'press') {
    for (const gesture of ['relabel', 'remove']) more[gesture] = (await adapter[gesture](peer, workload)).ms;
  }
  const paint = await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`);
  await context.close();
  return { ms, cpu, paint, ...more };
}

const results = pages.map(() => []);
for (let round = -1; round < Number(rounds); round++) {
  const order = pages.map((_, index) => index);
  if (round % 2) order.reverse();
  for (const index of order) {
    const result = await once(pages[index], round);
    // The first one warms the machine.
    if (round >= 0) results[index].push(result);
  }
}
await browser.close();
pages.forEach(({ server }) => server.close());

const at = (values, share) => values.toSorted((a, b) => a - b)[Math.round((values.length - 1) * share)];
const shown = (values) => [0.5, 0.25, 0.75].map((share) => Math.round(at(values, share))).join(' ').replace(/ (.*) (.*)/, ' ($1 to $2)');
console.log(`${what}, ${rounds} rounds: median (quartiles), ms`);
for (const [index, { site, name }] of pages.entries()) {
  const column = (key) => shown(results[index].map((result) => result[key]));
  const won = results[index].filter(({ ms }, round) => ms < results[0][round].ms).length;
  const beside = index ? `  shorter than the first in ${won} of ${rounds}` : '';
  const more = way === 'press' ? `  relabel ${column('relabel')}  remove ${column('remove')}` : '';
  console.log(`  ${column('ms')}  CPU ${column('cpu')}${more}  first picture ${column('paint')}  ${name ?? site}${beside}`);
}
