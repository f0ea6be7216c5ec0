// A map's card, which tells of the paper that is pointed at, and arrow keys from each mark to the next one there.
"use strict";

(() => {
  const at = (event) => event.target.closest?.(".map a[data-paper]");
  const card = () => document.getElementById("card");

  function middle(mark) {
    const box = mark.getBoundingClientRect();
    return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  }

  function show(mark) {
    // The card says it; the browser's own tooltip would say it again.
    const title = mark.querySelector("title");
    if (title) {
      mark.setAttribute("aria-label", title.textContent);
      title.remove();
    }
    const row = document.querySelector(`#paper-${mark.dataset.paper} > div`).cloneNode(true);
    // Nothing in the card can be followed: it goes away before it could be reached.
    const words = document.createElement("strong");
    words.append(...row.querySelector("a").childNodes);
    row.querySelector("a").replaceWith(words);
    const told = card();
    told.replaceChildren(...row.childNodes);
    told.hidden = false;
    const frame = told.parentElement.getBoundingClientRect();
    const { x, y } = middle(mark);
    const left = Math.max(0, Math.min(x - frame.left - told.offsetWidth / 2, frame.width - told.offsetWidth));
    const above = y - frame.top - told.offsetHeight - 16;
    told.style.transform = `translate(${left}px, ${above < 0 ? y - frame.top + 16 : above}px)`;
  }

  function hide() {
    if (card()) card().hidden = true;
  }

  // The nearest mark in a direction; what lies aside counts twice as far.
  function next(from, across, down) {
    const here = middle(from);
    let best = null;
    let least = Infinity;
    for (const mark of document.querySelectorAll(".map a[data-paper]")) {
      const there = middle(mark);
      const ahead = (there.x - here.x) * across + (there.y - here.y) * down;
      const aside = Math.abs((there.x - here.x) * down) + Math.abs((there.y - here.y) * across);
      if (ahead > 1 && ahead + 2 * aside < least) {
        least = ahead + 2 * aside;
        best = mark;
      }
    }
    return best;
  }

  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  // The map may come later than this file: it is drawn while its page waits.
  for (const name of ["mouseover", "focusin"]) {
    document.addEventListener(name, (event) => (at(event) ? show(at(event)) : hide()));
  }
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    const mark = at(event);
    if (!mark || !STEPS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    next(mark, ...STEPS[event.key])?.focus({ preventScroll: true });
  });
})();
