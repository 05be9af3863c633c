// Reads texts with one of the JavaScript recognizers, or with ours as Wasm, and prints MB/s and the peak of memory in MB.
//
//   node speed.cjs wasm|compromise|wink TEXTS [folder of the Wasm] [model file]
//
// TEXTS is JSONL with a "text" on each line, or one plain text. Each text is read as a whole, warm, one after the other.

const fs = require("fs");

const [, , which, path, wasm, model] = process.argv;
const content = fs.readFileSync(path, "utf8");
const texts = path.endsWith(".jsonl")
  ? content.split("\n").filter((line) => line.trim()).map((line) => JSON.parse(line).text)
  : [content];
const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

const readers = {
  wasm() {
    const { Bench } = require(`${wasm}/recognizer_wasm.js`);
    const bench = new Bench(fs.readFileSync(model));
    return (text) => bench.count(text);
  },
  compromise() {
    const nlp = require("compromise");
    return (text) => {
      const doc = nlp(text);
      return doc.people().out("array").length + doc.topics().out("array").length;
    };
  },
  wink() {
    const nlp = require("wink-nlp")(require("wink-eng-lite-web-model"));
    const its = nlp.its;
    // It has no persons: runs of proper nouns are the nearest that it gives.
    return (text) => nlp.readDoc(text).tokens().out(its.pos).filter((pos) => pos === "PROPN").length;
  },
};
const read = readers[which]();

let found = 0;
for (const text of texts) found += read(text);
if (found === 0) throw new Error(`${which} found nothing at all`);
const enough = 1500;
const start = performance.now();
let rounds = 0;
while (performance.now() - start < enough) {
  for (const text of texts) read(text);
  rounds += 1;
}
const seconds = (performance.now() - start) / 1000;
const peak = process.resourceUsage().maxRSS / 1024;
console.log(`${((bytes * rounds) / 1e6 / seconds).toFixed(4)} ${peak.toFixed(0)}`);
