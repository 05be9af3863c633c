// Starts the app: runs the Wasm that index.html preloads. The only script that is not made by wasm-bindgen.
//
// Trunk would write such lines into index.html itself, where the Content-Security-Policy forbids them. Trunk.toml
// gives the two links that are read here their ids.

/** Says why there is no app, where the app would have been. */
function refuse(error) {
  console.error(error);
  const notice = document.createElement("p");
  notice.setAttribute("role", "alert");
  notice.textContent = `Attaché could not start (${error}). Reload the page; if that does not help, update the browser.`;
  document.body.append(notice);
}

const address = (id) => document.getElementById(id).href;

// A visit begins at the top of its article; the browser would scroll to where another one was left.
history.scrollRestoration = "manual";

// What a person has set is brought by another process of the browser, for which the page waits: best while the program is
// on its way. Who has opened articles of his own does not see the example until they are there (src/app/settings.rs); mostly
// worker.js has said so already.
try {
  if (localStorage.getItem("attache-own") !== null) document.documentElement.dataset.known = "";
} catch {
  // The program knows what to do without.
}

// The program may be there before the page has been read to its end, of which it makes use.
const read = document.readyState === "loading" && new Promise((go) => addEventListener("DOMContentLoaded", go));
// Compiled while the script of wasm-bindgen is on its way. Where that cannot be, as when a server calls it something else,
// that script tries another way, and says what is wrong if there is none.
const program = WebAssembly.compileStreaming(fetch(address("app-wasm"))).catch(() => address("app-wasm"));

Promise.all([import(address("app-js")), program, read])
  .then(([{ default: start }, module_or_path]) => start({ module_or_path }))
  .catch(refuse);

// What keeps the page for the next visit comes when this one has begun. A page that is not packed changes under the same
// names and is not kept; where the browser allows no worker, there is only no next visit without a network.
if (document.querySelector("#app-rest[content$=wasm]")) {
  setTimeout(() => navigator.serviceWorker?.register("worker.js").catch(() => {}), 3000);
}
