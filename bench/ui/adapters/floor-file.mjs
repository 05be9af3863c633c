// What opening files costs at the least: a page by hand, with nothing but a field for files and what draws the two files
// that `app.mjs` hands over. The floors of the harness fetch their documents instead, so that what it takes the browser
// to hand over files, and to read them, is in no column but this one.
import { open } from './app.mjs';

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>floor</title>
<style>
  body { margin: 0; font: 16px/1.6 sans-serif }
  article { max-width: 60rem; margin: 0 auto; padding: 1rem }
  p { margin: 0 0 1em; white-space: pre-wrap; content-visibility: auto; contain-intrinsic-size: auto 9em }
  mark { background: #cfe8ff; border-radius: 3px }
</style>
<input type="file" multiple>
<article data-article></article>
<script>
  const escaped = (words) => words.replace(/[&<>]/g, (sign) => '&#' + sign.charCodeAt() + ';');
  document.querySelector('input').addEventListener('change', async ({ target }) => {
    const contents = await Promise.all([...target.files].map((file) => file.text()));
    const { text, spans } = JSON.parse(contents[[...target.files].findIndex(({ name }) => name.endsWith('.json'))]);
    const parts = [];
    let at = 0;
    for (const { start, end, label } of spans) {
      parts.push(escaped(text.slice(at, start)).replaceAll('\\n', '</p><p>'));
      parts.push('<mark data-label="', label, '">', escaped(text.slice(start, end)), '</mark>');
      at = end;
    }
    parts.push(escaped(text.slice(at)).replaceAll('\\n', '</p><p>'));
    const article = document.querySelector('article');
    article.innerHTML = '<p>' + parts.join('') + '</p>';
    article.dataset.spans = spans.length;
  });
</script>`;

const shows = (workload) => `document.querySelector('[data-article]').dataset.spans === '${workload.spans.length}'`;

export default [
  {
    id: 'floor-file',
    label: 'floor: `<mark>` + content-visibility, of two files',
    kind: 'floor',
    version: () => 'hand-written',
    setup: (context) => context.static({}, { '/': () => ({ type: 'text/html', body: PAGE }) }),
    load: (page, workload, state, peer) => open(page, workload, state.url, peer, shows(workload)),
    ready: shows,
  },
];
