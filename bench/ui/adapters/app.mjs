// Attaché for the side-by-side harness `shared/bench/ui`, which says what it wants of an adapter in its README.
// `cargo xtask bench ui` puts this one in the place of the harness's own. What differs from that: the first article of
// the list is the example that comes with the page, so that of the harness is the second.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ARTICLE = '[data-article]';
const FIELD = 'input[type=file]';
const MARKS = `document.querySelectorAll('${ARTICLE} mark').length`;
/** Those of the paragraph in which the words are that are clicked on. A floor counts its highlights in a variable. */
const MARKS_HERE = `document.querySelectorAll('${ARTICLE} [data-block="0"] mark').length`;
const LENGTH = `document.querySelector('${ARTICLE}')?.textContent.length`;
const LABEL_OF_FIRST = `document.querySelector('${ARTICLE} mark')?.dataset.label`;
const SECOND_ARTICLE = '[data-doc-list] > li:nth-of-type(2)';
/** Where the documents lie as files. */
const FOLDER = mkdtempSync(path.join(tmpdir(), 'attache-bench-'));
process.on('exit', () => rmSync(FOLDER, { recursive: true }));

/** That the page shows a document with all its spans. */
const shows = (workload) =>
  `${MARKS} > 0 && document.querySelector('${ARTICLE}')?.dataset.spans === '${workload.spans.length}'`;

/** The text and its spans as two files that are opened together. They lie on the disk, as those that a person chooses. */
const files = ({ name, text, spans }) =>
  [['txt', text], ['json', JSON.stringify({ text, spans })]].map(([ending, content]) => {
    const file = path.join(FOLDER, `${name}.${ending}`);
    if (!existsSync(file)) writeFileSync(file, content);
    return file;
  });

/**
 * Chooses files as the browser's own dialog does. Playwright's way begins with a script of its own that the page has to
 * compile, 60 ms of it, and makes files of what it is given in memory there, half a second of it at 1 MB.
 */
async function choose({ cdp }, files) {
  const { result } = await cdp.send('Runtime.evaluate', { expression: `document.querySelector('${FIELD}')` });
  await cdp.send('DOM.setFileInputFiles', { files, objectId: result.objectId });
}

/** Goes to a page with a field for files, and opens a document there. */
export async function open(page, workload, url, peer, isOpen) {
  const paths = files(workload);
  await page.goto(`${url}/`, { waitUntil: 'commit' });
  const usable = await peer.painted(`document.querySelector('${FIELD}')`);
  const opened = await peer.final(isOpen, () => choose(peer, paths));
  return { ms: () => usable.tPaint + opened.ms };
}

/** Keeps the memories of WebAssembly that a page makes where `wasmMemory` finds them. */
const keepMemories = (page) =>
  page.addInitScript(() => {
    window.memories = new Set();
    for (const way of ['instantiate', 'instantiateStreaming']) {
      const real = WebAssembly[way];
      WebAssembly[way] = async (...given) => {
        const made = await real.apply(WebAssembly, given);
        // The first part of the program exports the one that all share.
        for (const it of Object.values((made.instance ?? made).exports)) {
          if (it instanceof WebAssembly.Memory) window.memories.add(it);
        }
        return made;
      };
    }
  });

/** What they take, in bytes; what is measured as the heap of JavaScript has not got them. */
const wasmMemory = (page) => page.evaluate(() => [...window.memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0));

/** Clicks on the first name of the text, and waits until that is over. */
async function clickFirst(peer) {
  await peer.clickWord('TEHRAN', ARTICLE);
  await peer.idle();
}

const version = () => process.env.APP_VERSION || 'as it is here';

/** The built page, on this machine. */
async function serve(context) {
  const site = process.env.APP_DIST ?? '';
  if (!existsSync(site)) throw new Error('APP_DIST must name the folder of the built page');
  return context.static({ '/': site });
}

export default [
  {
    id: 'app',
    label: 'Attaché',
    kind: 'tool',
    version,
    setup: async (context) => ({ ...(await serve(context)), other: context.workloads.other }),
    async load(page, workload, state, peer) {
      await keepMemories(page);
      return open(page, workload, state.url, peer, shows(workload));
    },
    ready: shows,
    scroller: 'document.scrollingElement',
    async add(peer, workload) {
      const wasm = await wasmMemory(peer.page);
      await peer.dragWord(workload.target, ARTICLE);
      await peer.page.mouse.up();
      await peer.idle();
      const before = await peer.page.evaluate(MARKS_HERE);
      const timings = await peer.final(`${MARKS_HERE} === ${before + 1}`, () => peer.page.keyboard.press('o'));
      return { ...timings, final: 'key', wasm };
    },
    async relabel(peer) {
      await clickFirst(peer);
      return peer.final(`${LABEL_OF_FIRST} === 'OFFICIAL'`, () => peer.page.keyboard.press('o'));
    },
    async remove(peer) {
      await clickFirst(peer);
      const before = await peer.page.evaluate(MARKS_HERE);
      return peer.final(`${MARKS_HERE} === ${before - 1}`, () => peer.page.keyboard.press('Delete'));
    },
    async switchTo(peer, workload, state) {
      await choose(peer, files(state.other));
      await peer.painted(shows(state.other));
      await peer.idle(400);
      return peer.final(shows(workload), () => peer.page.locator(SECOND_ARTICLE).click());
    },
  },
  {
    id: 'app-suggests',
    label: 'Attaché, the text alone (“add”: scrolling and walking until all suggestions are there)',
    kind: 'tool',
    version,
    setup: serve,
    async load(page, workload, state, peer) {
      if (workload.name !== '1m') throw new Error('only the text of 1 MB');
      await page.goto(`${state.url}/`, { waitUntil: 'commit' });
      await peer.painted(`${MARKS} > 0`);
      await peer.idle(1000);
      const [text] = files(workload);
      const opened = await peer.final(`${LENGTH} > 900000`, () => choose(peer, [text]));
      this.opened = await page.evaluate('performance.now()');
      return { ms: () => opened.ms };
    },
    ready: () => `${LENGTH} > 900000`,
    async add({ page, cdp }) {
      const state = () =>
        page.evaluate(`({ now: performance.now(), seen: ${MARKS}, known: Number(document.querySelector('${ARTICLE}').dataset.spans) })`);
      const cpu = async () =>
        (await cdp.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
      const before = await cpu();
      let first, at;
      for (let turn = 0; (at = await state()).known < 10_000; turn++) {
        first ??= at.seen > 0 ? at.now - this.opened : undefined;
        await page.mouse.wheel(0, turn % 2 ? 300 : -300);
        if (turn % 5 === 0) await page.keyboard.press('ArrowRight');
        await page.waitForTimeout(30);
      }
      await page.waitForTimeout(1000);
      const longest = (await page.evaluate(`__b.since(${this.opened}, performance.now())`)).longest;
      console.error(`first suggestions after ${Math.round(first)} ms, the longest task over 50 ms: ${longest || 'none'}`);
      return { ms: at.now - this.opened, first, longest, cpu: (await cpu()) - before };
    },
  },
  {
    id: 'app-again',
    label: 'Attaché, a second visit (to the example article)',
    kind: 'tool',
    version,
    setup: serve,
    async load(page, workload, state, peer) {
      // Its text is that of the smallest document.
      if (workload.name !== 'seed') throw new Error('only as large as the example');
      await page.goto(`${state.url}/`, { waitUntil: 'commit' });
      await peer.painted(`${MARKS} > 0 && document.querySelector('[data-save-state=saved]')`);
      await page.waitForFunction(async () => {
        await navigator.serviceWorker.ready;
        return (await (await caches.open('attache')).keys()).length > 6;
      });
      await page.goto('about:blank');
      await page.goto(`${state.url}/`, { waitUntil: 'commit' });
      const seen = await peer.painted(`${MARKS} > 0`);
      return { ms: () => seen.tPaint };
    },
    ready: () => `${MARKS} > 0`,
  },
];
