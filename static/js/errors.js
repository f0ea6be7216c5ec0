// Says so when htmx could not do what was asked: without it a failed request would show nothing at all.
"use strict";

const SENTENCES = {
  400: "That could not be read. Reload the page and try again.",
  403: "That is not for this account, or the page was open for too long. Reload it and try again.",
  404: "What you asked for is no longer there. Reload the page to see what is.",
  429: "That is a lot at once. Wait a little, then try again.",
};
const BROKEN = "Something broke here, and the fault is ours. Try again in a moment.";
const OFFLINE = "No answer came. Look to your connection, then try again.";

function say(sentence) {
  const words = document.createElement("p");
  words.className = "is-error is-failure";
  words.textContent = sentence;
  forget();
  document.getElementById("messages")?.append(words);
}

function forget() {
  for (const words of document.querySelectorAll("#messages .is-failure")) words.remove();
}

document.addEventListener("htmx:responseError", (event) => {
  say(SENTENCES[event.detail.xhr.status] ?? BROKEN);
});
document.addEventListener("htmx:sendError", () => say(OFFLINE));
document.addEventListener("htmx:timeout", () => say(OFFLINE));
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) forget();
});
