// Attaché for the side-by-side harness `shared/bench/ui`, which says what it wants of an adapter in its README.
// `cargo xtask bench ui` puts this one in the place of the harness's own. What differs from that: the first article of
// the list is the example that comes with the page, so that of the harness is the second.
import { existsSync } from 'node:fs';

const ARTICLE = '[data-article]';
export const FIELD = 'input[type=file]';
const MARKS = `document.querySelectorAll('${ARTICLE} mark').length`;
const LABEL_OF_FIRST = `document.querySelector('${ARTICLE} mark')?.dataset.label`;
const SECOND_ARTICLE = '[data-doc-list] > li:nth-of-type(2)';

/** That the page shows a document with all its spans. */
const shows = (workload) =>
  `${MARKS} > 0 && document.querySelector('${ARTICLE}')?.dataset.spans === '${workload.spans.length}'`;

/** The text and its spans, as two files that are opened together. */
const files = ({ name, text, spans }) =>
  [['txt', 'text/plain', text], ['json', 'application/json', JSON.stringify({ text, spans })]].map(
    ([ending, mimeType, content]) => ({ name: `${name}.${ending}`, mimeType, buffer: Buffer.from(content) }),
  );

export const choose = (page, workload) => page.locator(FIELD).first().setInputFiles(files(workload));

/** Clicks on the first name of the text, and waits until that is over. */
async function clickFirst(peer) {
  await peer.clickWord('TEHRAN', ARTICLE);
  await peer.idle();
}

export default [
  {
    id: 'app',
    label: 'Attaché',
    kind: 'tool',
    version: () => process.env.APP_VERSION || 'as it is here',
    async setup(context) {
      const site = process.env.APP_DIST ?? '';
      if (!existsSync(site)) throw new Error('APP_DIST must name the folder of the built page');
      return { ...(await context.static({ '/': site })), other: context.workloads.other };
    },
    async load(page, workload, state, peer) {
      await page.goto(`${state.url}/`, { waitUntil: 'commit' });
      const usable = await peer.painted(`document.querySelector('${FIELD}')`);
      const opened = await peer.final(shows(workload), () => choose(page, workload));
      return { ms: () => usable.tPaint + opened.ms };
    },
    ready: shows,
    scroller: 'document.scrollingElement',
    async add(peer, workload) {
      await peer.dragWord(workload.target, ARTICLE);
      await peer.page.mouse.up();
      await peer.idle();
      const before = await peer.page.evaluate(MARKS);
      const timings = await peer.final(`${MARKS} === ${before + 1}`, () => peer.page.keyboard.press('o'));
      return { ...timings, final: 'key' };
    },
    async relabel(peer) {
      await clickFirst(peer);
      return peer.final(`${LABEL_OF_FIRST} === 'OFFICIAL'`, () => peer.page.keyboard.press('o'));
    },
    async remove(peer) {
      await clickFirst(peer);
      const before = await peer.page.evaluate(MARKS);
      return peer.final(`${MARKS} === ${before - 1}`, () => peer.page.keyboard.press('Delete'));
    },
    async switchTo(peer, workload, state) {
      await choose(peer.page, state.other);
      await peer.painted(shows(state.other));
      await peer.idle(400);
      return peer.final(shows(workload), () => peer.page.locator(SECOND_ARTICLE).click());
    },
  },
];
