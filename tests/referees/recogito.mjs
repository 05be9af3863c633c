// Recogito's own reader of W3C Web Annotations opens what Attaché wrote, and must find the same words.
//
//   recogito.mjs SAMPLE.jsonl sample.w3c      with NODE_PATH naming the folder of the packages
//
// Recogito counts in UTF-16 and says so nowhere; the Recommendation and Attaché count code points. What is checked is
// what a program can make of a file that has both quotes and positions: that every annotation is taken, with its words
// and its label, and that quote and position agree in code points.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(process.env.NODE_PATH + '/');
const { JSDOM } = require('jsdom');
const dom = new JSDOM('<!DOCTYPE html><body></body>', { pretendToBeVisual: true });
for (const name of ['window', 'document', 'Node', 'Element', 'HTMLElement', 'Range', 'DOMRect', 'CustomEvent', 'Event']) {
  globalThis[name] ??= name === 'window' ? dom.window : dom.window[name];
}
const entry = process.env.NODE_PATH + '/@recogito/text-annotator/dist/text-annotator.es.js';
const { W3CTextFormat } = await import(pathToFileURL(entry));

const [sample, file] = process.argv.slice(2);
const articles = readFileSync(sample, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const collections = JSON.parse(readFileSync(file, 'utf8'));
assert.equal(collections.length, articles.length);
let n = 0;
for (const [index, article] of articles.entries()) {
  const collection = collections[index];
  const container = document.createElement('div');
  container.textContent = collection['attache:text'];
  document.body.replaceChildren(container);
  const adapter = W3CTextFormat(collection.id, container);
  const parsed = collection.first.items.map((item) => {
    const { parsed, error } = adapter.parse(item);
    assert.equal(error, undefined);
    return parsed;
  });
  const points = [...article.text];
  const found = parsed.map((annotation) => {
    const [selector] = annotation.target.selector;
    assert.equal(points.slice(selector.start, selector.end).join(''), selector.quote);
    const label = annotation.bodies.find((body) => body.purpose === 'tagging').value;
    return `${selector.start} ${selector.quote} ${label}`;
  });
  const wanted = article.spans.map((it) => `${it.start} ${points.slice(it.start, it.end).join('')} ${it.label}`);
  assert.deepEqual(found.sort(), wanted.sort(), article.id);
  n += found.length;
}
console.log(`@recogito/text-annotator finds all ${n} spans of ${articles.length} articles in w3c`);
