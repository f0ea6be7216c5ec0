// The one field of a page, in its header or on the page of search: suggestions with keys to walk them, and on this
// machine alone what was searched lately.
"use strict";

(() => {
  const KEPT = 8;
  const STORE = "broadsheet.searches";
  const OFFERED = 2; // of these, beside the server's suggestions
  const field = document.querySelector("#find, #q");
  const list = document.querySelector("#suggestions");

  function recent() {
    try {
      const kept = JSON.parse(localStorage.getItem(STORE) ?? "[]");
      return Array.isArray(kept) ? kept.filter((text) => typeof text === "string") : [];
    } catch {
      return []; // storage may be turned off
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
  // And what they had become when the page was left.
  window.addEventListener("pagehide", () => remember(document.querySelector("#q")?.value ?? ""));

  function link(text, name = "") {
    const made = document.createElement("a");
    made.href = `/search?q=${encodeURIComponent(text)}`;
    made.className = name;
    made.textContent = text;
    return made;
  }

  function forgetting(name, then) {
    const made = link("Forget these searches", name);
    made.href = "#";
    made.addEventListener("click", (event) => {
      event.preventDefault();
      keep([]);
      then();
    });
    return made;
  }

  // In the page of search, before anything is typed.
  function listRecent() {
    const section = document.querySelector("#recent");
    if (!section) return;
    const links = recent().map((text) => link(text, "chip"));
    section.hidden = !links.length;
    links.push(forgetting("chip is-clear", listRecent));
    section.querySelector("p").replaceChildren(...links);
  }
  listRecent();

  if (!field || !list) return;

  const options = () => [...list.querySelectorAll('[role="option"]')];
  let chosen = -1;

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

  function option(made) {
    made.setAttribute("role", "option");
    made.tabIndex = -1;
    return made;
  }

  function showRecent() {
    const rows = recent().map((text) => option(link(text)));
    if (rows.length) rows.push(option(forgetting("forget", () => show(false))));
    list.replaceChildren(...rows);
    show(rows.length > 0);
  }

  field.addEventListener("focus", () => {
    if (field.value) show(options().length > 0);
    // Where the page lists them, they need not lie over it.
    else if (!document.querySelector("#recent")) showRecent();
  });
  field.addEventListener("input", () => {
    if (!field.value) showRecent();
  });
  field.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!field.value && list.hidden) showRecent();
      if (!options().length) return;
      event.preventDefault();
      if (list.hidden) show(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      // One place more than options: the field itself.
      const places = options().length + 1;
      choose(((chosen + 1 + step + places) % places) - 1);
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
  document.body.addEventListener("htmx:afterSwap", (event) => {
    listRecent();
    if (event.detail.target !== list) return;
    const typed = field.value.trim().toLowerCase();
    const again = recent().filter((text) => text.toLowerCase().startsWith(typed) && text.toLowerCase() !== typed);
    list.prepend(...again.slice(0, OFFERED).map((text) => option(link(text))));
    show(document.activeElement === field && typed !== "" && options().length > 0);
  });
})();
