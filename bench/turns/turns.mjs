// Two or more builds of the page in turns, in one Chromium: what a change gives, on a machine whose speed changes by half
// within an hour. Each round takes all sites, in an order that turns around, each in a fresh context.
// `cargo xtask bench turns` runs it beside the harness, whose packages it uses. Arguments: what to do (a document of the
// harness to open, or `add-` and one, to label a word there, once all is drawn; `first`, a first visit until the example is
// seen; `ready`, until it can be labelled; `again`, a second visit), how many rounds, the sites.
import adapters from './adapters/app.mjs';
import { launch, openPage } from './lib/page.mjs';
import { serve } from './lib/serve.mjs';
import { makeWorkloads } from './lib/workload.mjs';

const [what, rounds, ...sites] = process.argv.slice(2);
const [deed, adds] = what.startsWith('add-') ? [what.slice(4), true] : [what, false];
const workloads = makeWorkloads(process.env.BENCH_SEED);
const [app, , again] = adapters;
const servers = await Promise.all(sites.map((site) => serve({ '/': site })));
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

/** Does it once; gives milliseconds until it is seen, of the main thread until half a second later, and of the first picture. */
async function once(server) {
  const { context, page, peer } = await openPage(browser);
  const { load } = { first, ready, again }[deed] ?? app;
  const workload = workloads[deed] ?? workloads.seed;
  let ms = (await load(page, workload, server, peer)).ms();
  await page.waitForTimeout(adds ? 2000 : 500);
  let cpu = (await peer.task()).TaskDuration * 1000;
  if (adds) ({ ms, cpu } = await app.add(peer, workload));
  const paint = await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`);
  await context.close();
  return { ms, cpu, paint };
}

const results = sites.map(() => []);
for (let round = -1; round < Number(rounds); round++) {
  const order = sites.map((_, index) => index);
  if (round % 2) order.reverse();
  for (const index of order) {
    const result = await once(servers[index]);
    // The first one warms the machine.
    if (round >= 0) results[index].push(result);
  }
}
await browser.close();
servers.forEach((server) => server.close());

const at = (values, share) => values.toSorted((a, b) => a - b)[Math.round((values.length - 1) * share)];
const shown = (values) => [0.5, 0.25, 0.75].map((share) => Math.round(at(values, share))).join(' ').replace(/ (.*) (.*)/, ' ($1 to $2)');
console.log(`${what}, ${rounds} rounds: median (quartiles), ms`);
for (const [index, site] of sites.entries()) {
  const column = (key) => shown(results[index].map((result) => result[key]));
  const won = results[index].filter(({ ms }, round) => ms < results[0][round].ms).length;
  const beside = index ? `  shorter than the first in ${won} of ${rounds}` : '';
  console.log(`  ${column('ms')}  CPU ${column('cpu')}  first picture ${column('paint')}  ${site}${beside}`);
}
