// The documents of the harness, and harder ones of the same size made of them: on one line, with spans nested three deep,
// right to left, with ten times the spans, ten times as long. `cargo xtask bench ui` puts this in the place of the
// harness’s `lib/workload.mjs`, which lies beside it as `given.mjs`. Same bytes everywhere; offsets are UTF-16 code units.
import { makeWorkloads as given } from './given.mjs';

const bytes = (text) => Buffer.byteLength(text);

/** The words of a text, each a span, every so often as makes `count`; without the word that is to be labelled. */
function everyWord(text, target, count) {
  const words = [...text.matchAll(/[\p{L}\p{N}]+/gu)].filter(([word]) => word !== target);
  return Array.from({ length: count }, (_, i) => {
    const { 0: word, index } = words[Math.floor((i * words.length) / count)];
    return { id: `s${i}`, start: index, end: index + word.length, label: i % 2 ? 'OFFICIAL' : 'TOPIC' };
  });
}

/** As many spans as before, each third one now around the next two; the first stays by itself, since it is clicked on. */
function nested(text, [first, ...others]) {
  const spans = [first];
  for (let i = 0; i + 2 < others.length; i += 3) {
    const { start, end } = others[i];
    // One and two more words, as far as the next name allows.
    const room = text.slice(end, Math.min(others[i + 3]?.start ?? text.length, end + 60)).split('\n')[0];
    const [, one = '', two = ''] = /^(\W*\w+)(\W+\w+)?/.exec(room) ?? [];
    const ends = [end + one.length + two.length, end + one.length, end];
    ends.forEach((end, depth) => spans.push({ ...others[i + depth], start, end }));
  }
  return spans;
}

/** Latin letters become Arabic ones, but for the two words that are clicked on. */
function arabic(text, target) {
  const letters = 'ابتثجحخدذرزسشصضطظعغفقكلمنه';
  return text.replace(/[A-Za-z]+/g, (word) =>
    word === target || word === 'TEHRAN'
      ? word
      : word.toLowerCase().replace(/[a-z]/g, (letter) => letters[letter.charCodeAt(0) - 97]),
  );
}

export function makeWorkloads(seed) {
  const all = given(seed);
  const large = all['1m'];
  const { text, spans, target } = large;
  const add = (name, change) => {
    const document = { ...large, name, ...change };
    all[name] = { ...document, bytes: bytes(document.text) };
  };
  add('line', { text: text.replaceAll('\n', ' ') });
  add('nested', { spans: nested(text, spans) });
  // A word of the script at the beginning tells the direction of the first paragraph.
  const before = 'قال ';
  add('rtl', {
    text: before + arabic(text, target),
    spans: spans.map((span) => ({ ...span, start: span.start + before.length, end: span.end + before.length })),
  });
  add('dense', { spans: everyWord(text, target, 100_000) });
  const times = [...Array(10).keys()];
  add('10m', {
    text: times.map(() => text).join('\n'),
    spans: times.flatMap((time) =>
      spans.map(({ start, end, label }, i) => {
        const shift = time * (text.length + 1);
        return { id: `s${time}-${i}`, start: start + shift, end: end + shift, label };
      }),
    ),
  });
  return all;
}
