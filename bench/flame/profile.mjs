// What the page's main thread does from the beginning of the navigation until a document is open: sampled by Chromium
// each 0.1 ms and written as folded stacks (“a;b;c microseconds” a line), which `bench/flame` draws.
// `cargo xtask bench flame` runs it beside the harness, whose packages it uses. Arguments: the folder of a site with
// names (`PACK_NAMES=1`), a document of the harness, the file to write.
import { readFileSync, writeFileSync } from 'node:fs';
import adapters from './adapters/app.mjs';
import { launch, openPage } from './lib/page.mjs';
import { serve } from './lib/serve.mjs';
import { makeWorkloads } from './lib/workload.mjs';

const [site, name, out] = process.argv.slice(2);
const workload = makeWorkloads(process.env.BENCH_SEED)[name];
const server = await serve({ '/': site });
const browser = await launch();
const { page, peer } = await openPage(browser);
await browser.startTracing(page, {
  path: `${out}.json`,
  categories: ['devtools.timeline', 'v8', 'disabled-by-default-v8.cpu_profiler', 'toplevel'],
});
await adapters[0].load(page, workload, server, peer);
await browser.stopTracing();
await browser.close();
server.close();

// The main thread of the page is the one that has laid out most.
const { traceEvents } = JSON.parse(readFileSync(`${out}.json`));
const n = {};
for (const { name: what, pid } of traceEvents) if (what === 'Layout') n[pid] = (n[pid] ?? 0) + 1;
const main = Number(Object.keys(n).sort((a, b) => n[b] - n[a])[0]);
const own = traceEvents.filter(({ pid }) => pid === main);
const navigation = Math.max(...own.filter((it) => it.name === 'navigationStart').map(({ ts }) => ts));

// What the browser itself does while no script runs is one “(program)” to the profiler: the events around tell it apart.
const inside = own.filter(({ ph, name: what }) => ph === 'X' && ['Layout', 'UpdateLayoutTree', 'Paint', 'PrePaint', 'ParseHTML', 'CommitLoad', 'wasm.CompileLazy'].includes(what));
const deed = (ts) => inside.find((it) => it.ts <= ts && ts < it.ts + it.dur)?.name;

const nodes = new Map();
const folded = new Map();
let time = own.find((it) => it.name === 'Profile')?.args.data.startTime ?? 0;
for (const { args } of own.filter((it) => it.name === 'ProfileChunk')) {
  for (const node of args.data.cpuProfile?.nodes ?? []) nodes.set(node.id, node);
  (args.data.cpuProfile?.samples ?? []).forEach((id, index) => {
    time += args.data.timeDeltas[index];
    const stack = [];
    for (let node = nodes.get(id); node; node = nodes.get(node.parent)) {
      const frame = node.callFrame.functionName || '(script)';
      // Of the way into Wasm nothing is told that matters.
      if (!['(root)', 'js-to-wasm', 'wasm-to-js', 'real'].includes(frame)) stack.unshift(frame.replaceAll(';', ','));
    }
    const within = deed(time);
    if (within) stack.push(`[${within}]`);
    if (time < navigation || stack[0] === '(idle)') return;
    const key = stack.join(';');
    folded.set(key, (folded.get(key) ?? 0) + args.data.timeDeltas[index]);
  });
}
writeFileSync(out, [...folded].map(([key, micros]) => `${key} ${micros}\n`).join(''));
