// The service worker: keeps the files of the page in the browser, so that the next visit starts without waiting for
// them, and without a network too. What a person has made is not here; that lies in the database.
//
// Files whose names end in a checksum are taken from what is kept; the page itself, which names them, is asked for each
// time, so that a new version is there at once and never mixed with an old one.

const CACHE = "attache";
const PAGE = "./";
const MODEL = "recognizer.bin";
/** How long a network may take to bring the page when one is kept, in milliseconds. */
const PATIENCE = 1500;
/** The name of a file with a checksum of its content. */
const SUMMED = /[\w-]+-[0-9a-f]{12,16}(?:_\w+)?\.(?:css|js|svg|wasm)/;

const kept = (request) => caches.open(CACHE).then((cache) => cache.match(request, { ignoreSearch: true }));

/** Keeps a page and all that it names, then throws away what it does not name. */
async function keep(page) {
  const text = await page.clone().text();
  const cache = await caches.open(CACHE);
  const before = await cache.match(PAGE);
  if (before && (await before.text()) === text) return;
  const named = [...new Set(text.match(new RegExp(SUMMED, "g")))];
  const there = (await cache.keys()).map(({ url }) => url.split("/").pop());
  await cache.addAll([...named.filter((name) => !there.includes(name)), MODEL]);
  await cache.put(PAGE, page);
  for (const request of await cache.keys()) {
    const name = request.url.split("/").pop();
    if (name !== "" && name !== MODEL && !named.includes(name)) await cache.delete(request);
  }
}

/** The page for somebody who has been here before: without the example (styles/layout.css). */
const known = async (page) =>
  new Response((await page.text()).replace("<html", "<html data-known"), { headers: page.headers });

/** The answer of the network, or what is kept of an earlier one. */
async function newest(request, isPage, event) {
  const old = kept(isPage ? PAGE : request);
  const answer = fetch(request).then((answer) => {
    if (!answer.ok) throw new Error(answer.status);
    if (isPage) event.waitUntil(keep(answer.clone()).catch(() => {}));
    return answer;
  });
  const late = new Promise((give) => setTimeout(give, PATIENCE)).then(() => old).then((old) => old ?? answer);
  return Promise.race([answer, late]).catch(async (error) => (await old) ?? Promise.reject(error));
}

addEventListener("install", (event) => event.waitUntil(fetch(PAGE).then(keep)));

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const name = url.pathname.split("/").pop();
  const isHere = request.method === "GET" && new URL(name, registration.scope).href === url.origin + url.pathname;
  if (!isHere) return;
  const isPage = request.mode === "navigate" && (name === "" || name === "index.html");
  if (isPage) event.respondWith(newest(request, isPage, event).then(known));
  else if (name === MODEL) event.respondWith(newest(request, isPage, event));
  else if (SUMMED.test(name)) event.respondWith(kept(request).then((file) => file ?? fetch(request)));
});
