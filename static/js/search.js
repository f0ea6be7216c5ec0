// A page's one field for searches: suggestions with keys to walk them, and on this machine alone what was searched.
"use strict";

(() => {
  const KEPT = 8;
  const STORE = "broadsheet.searches";
  const field = document.querySelector("#find, #q");
  const list = document.querySelector("#suggestions");

  function recent() {
    try {
      return JSON.parse(localStorage.getItem(STORE) ?? "[]").filter((text) => typeof text === "string");
    } catch {
      return []; // storage may be turned off, or hold what is not ours
    }
  }

  function keep(texts) {
    try {
      localStorage.setItem(STORE, JSON.stringify(texts.slice(0, KEPT)));
    } catch {
      // then nothing is kept
    }
  }

  function remember(text) {
    const plain = text.trim().slice(0, 200);
    if (plain) keep([plain, ...recent().filter((other) => other !== plain)]);
  }

  // The search page's own words, once they have been searched.
  const searched = new URLSearchParams(location.search).get("q");
  if (location.pathname === "/search" && searched) remember(searched);
  if (!field || !list) return;

  // And what they had become when the page was left, unless for something that was suggested instead.
  let isTaken = false;
  window.addEventListener("pagehide", () => field.id === "q" && !isTaken && remember(field.value));

  function link(text, name = "") {
    const href = `/search?q=${encodeURIComponent(text)}`;
    return Object.assign(document.createElement("a"), { href, className: name, textContent: text });
  }

  // In the page of search, before anything is typed.
  function listRecent() {
    const section = document.querySelector("#recent");
    if (!section) return;
    const chips = recent().map((text) => link(text, "chip"));
    section.hidden = !chips.length;
    section.querySelector("p").replaceChildren(...chips, link("Forget these searches", "chip is-clear forget"));
  }
  listRecent();

  document.addEventListener("click", (event) => {
    if (!event.target.closest(".forget")) return;
    event.preventDefault();
    keep([]);
    listRecent();
    show(false);
  });

  const options = () => [...list.querySelectorAll('[role="option"]')];
  let chosen = -1;
  let isDismissed = false; // until more is typed: the answer to what was typed may still be under way

  function show(open) {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    choose(-1);
  }

  function choose(index) {
    chosen = index;
    options().forEach((option, place) => {
      option.id = `suggestion-${place}`;
      option.setAttribute("aria-selected", String(place === index));
      if (place === index) option.scrollIntoView({ block: "nearest" });
    });
    if (index < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", `suggestion-${index}`);
  }

  function option(text, name) {
    const made = link(text, name);
    made.setAttribute("role", "option");
    return Object.assign(made, { tabIndex: -1 });
  }

  function showRecent() {
    const rows = recent().map((text) => option(text));
    if (rows.length) rows.push(option("Forget these searches", "forget"));
    list.replaceChildren(...rows);
    show(rows.length > 0);
  }

  const open = () => (field.value.trim() ? show(options().length > 0) : showRecent());

  // The search page lists recent searches itself: over it they are for who asks by an arrow.
  field.addEventListener("focus", () => (field.value || field.id === "find") && open());
  field.addEventListener("input", () => {
    isDismissed = false;
    if (!field.value.trim()) field.id === "find" ? showRecent() : show(false);
  });
  field.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      isDismissed = true;
      show(false);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open();
      // One place more than options: the field itself.
      const places = list.hidden ? 1 : options().length + 1;
      choose(((chosen + 1 + (event.key === "ArrowDown" ? 1 : -1) + places) % places) - 1);
    } else if ((event.key === "Home" || event.key === "End") && chosen >= 0) {
      event.preventDefault();
      choose(event.key === "Home" ? 0 : all.length - 1);
    } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
      event.preventDefault();
      all[chosen].click();
    }
  });
  field.form.addEventListener("submit", () => remember(field.value));
  // Pressing an option must not take the focus first, or the list would be gone before the click.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  field.addEventListener("blur", () => show(false));
  list.addEventListener("click", (event) => {
    const query = event.target.closest("a")?.dataset.query;
    isTaken = query === undefined;
    if (isTaken) return;
    // A field that was completed: what is typed goes on behind it.
    event.preventDefault();
    field.value = query;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    show(false);
  });
  // Once nothing is typed any more, an answer comes too late, and recent searches stand there.
  list.addEventListener("htmx:beforeSwap", (event) => field.value.trim() || event.preventDefault());
  document.body.addEventListener("htmx:afterSwap", (event) => {
    listRecent();
    if (event.detail.target !== list) return;
    const typed = field.value.trim().toLowerCase();
    const again = recent().filter((text) => text.toLowerCase().startsWith(typed) && text.toLowerCase() !== typed);
    list.prepend(...again.slice(0, 2).map((text) => option(text)));
    show(document.activeElement === field && !isDismissed && options().length > 0);
  });
})();
