// Single keys for what the page already offers: each moves the focus, or presses a link or button that is there.
"use strict";

(() => {
  const first = (selector, root = document) => root?.querySelector(selector);
  const press = (selector, root) => first(selector, root)?.click();

  // What j and k walk through: a listing's papers, by their titles, or a paper's comments.
  const stops = () => [...document.querySelectorAll(".paper-row, .comment > .own")];
  const current = () => document.activeElement.closest(".paper-row, .own");
  const row = () => document.activeElement.closest(".paper-row");

  function goTo(stop) {
    const target = first("h2 a", stop) ?? stop;
    // Focusable for us, and no stop more for Tab.
    if (target === stop) stop.tabIndex = -1;
    target.focus({ preventScroll: true });
    stop.scrollIntoView({ block: "nearest" });
  }

  function move(step) {
    const all = stops();
    const here = all.indexOf(current());
    if (here >= 0) {
      if (all[here + step]) goTo(all[here + step]);
      // The last paper: the next page, whose first row the server gives the focus.
      else if (step > 0) press("#rows a");
      return;
    }
    // Nothing chosen yet: begin at the first that is in sight, or at the one above it.
    const seen = all.findIndex((stop) => stop.getBoundingClientRect().top > -1);
    const start = seen < 0 ? all.at(-1) : all[step > 0 ? seen : Math.max(0, seen - 1)];
    if (start) goTo(start);
  }

  function discuss() {
    if (row()) location.assign(`${first("h2 a", row()).pathname}#discussion`);
    else if (first("#discussion")) {
      location.hash = "discussion";
      goTo(first(".comment > .own") ?? first("#write textarea, #write a"));
    }
  }

  function reply() {
    const answer = first('.comment-acts a[href$="/reply"]', current());
    if (answer) answer.click();
    else first("#write textarea, #write a")?.focus();
  }

  async function help() {
    const dialog = first("#keys");
    if (!dialog) return;
    try {
      await htmx.ajax("GET", first('[data-key="?"]').href, { target: dialog, swap: "innerHTML" });
    } catch {
      return; // errors.js has said so
    }
    if (dialog.childElementCount && !dialog.open) dialog.showModal();
  }

  const before = () => press('.dateline [rel="prev"], .neighbours [rel="prev"]');
  const after = () => press('.dateline [rel="next"], .neighbours [rel="next"]');
  const open = () => press("h2 a", row());
  const upvote = () => press(".upvote", row() ?? first("main.paper"));
  const ACTS = {
    j: () => move(1),
    k: () => move(-1),
    u: upvote,
    o: open,
    c: discuss,
    r: reply,
    "[": before,
    h: before,
    "]": after,
    l: after,
    "?": help,
  };

  // A link or field that names its own key: t for today.
  function named(key) {
    return /^[a-z/]$/.test(key) && first(`[data-key="${key}"]`);
  }

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (target.closest("input, textarea, select, [contenteditable], dialog") || first("dialog[open]")) return;
    // A row that the server gave the focus has no link of its own under it.
    const act = key === "Enter" && target.matches(".paper-row") ? open : Object.hasOwn(ACTS, key) && ACTS[key];
    const element = named(key);
    if (!act && !element) return;
    event.preventDefault();
    // A key held down walks on, and does nothing else twice.
    if (event.repeat && key !== "j" && key !== "k") return;
    if (act) act();
    else if (element.matches("input")) element.focus();
    else element.click();
  });
})();
