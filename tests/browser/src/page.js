// Words that every script of a test may use. WebDriver runs them as the body of a function.

const article = document.querySelector("[data-article]");

/** Text nodes of an element with the UTF-16 offset at which each starts. */
function* textNodes(root = article) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let start = 0; walker.nextNode(); start += walker.currentNode.length) yield [walker.currentNode, start];
}

/** The range from one UTF-16 offset of the article to another. */
function rangeAt(start, end) {
  const range = document.createRange();
  for (const [node, at] of textNodes()) {
    if (start >= at && start < at + node.length) range.setStart(node, start - at);
    if (end > at && end <= at + node.length) {
      range.setEnd(node, end - at);
      return range;
    }
  }
  throw new Error(`The article has no ${start} to ${end}`);
}

/** Where the words stand for the nth time, counted from 0. */
function offsetOf(words, nth = 0) {
  let at = article.textContent.indexOf(words);
  for (; nth > 0 && at >= 0; nth -= 1) at = article.textContent.indexOf(words, at + 1);
  if (at < 0) throw new Error(`The article has no “${words}”`);
  return at;
}

function rangeOf(words, nth = 0) {
  const start = offsetOf(words, nth);
  return rangeAt(start, start + words.length);
}

/** The boxes of a range that have a size. */
const boxesOf = (range) => [...range.getClientRects()].filter((box) => box.width > 0.5);

/** Every annotation that is drawn: a highlight can be drawn in several pieces. */
function marks() {
  const found = new Map();
  for (const [node, at] of textNodes()) {
    for (let element = node.parentElement; element !== article; element = element.parentElement) {
      if (element.localName !== "mark") continue;
      const { id, label, state } = element.dataset;
      const mark = found.get(id) ?? { label, state, active: false, start: at, end: at, text: "" };
      mark.text += node.data;
      mark.end = at + node.length;
      mark.active ||= "active" in element.dataset;
      found.set(id, mark);
    }
  }
  return [...found.values()];
}
