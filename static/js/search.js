// The field in the header: suggestions with keys to walk them, and on this machine alone what was searched lately.
"use strict";

(() => {
  const KEPT = 8;
  const STORE = "broadsheet.searches";
  const field = document.querySelector("#find");
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

  function showRecent() {
    const lately = recent();
    const rows = lately.map((text) => {
      const row = document.createElement("a");
      row.setAttribute("role", "option");
      row.tabIndex = -1;
      row.href = `/search?q=${encodeURIComponent(text)}`;
      row.textContent = text;
      return row;
    });
    if (rows.length) {
      const forget = document.createElement("a");
      forget.setAttribute("role", "option");
      forget.tabIndex = -1;
      forget.href = "#";
      forget.className = "forget";
      forget.textContent = "Forget these searches";
      forget.addEventListener("click", (event) => {
        event.preventDefault();
        keep([]);
        show(false);
      });
      rows.push(forget);
    }
    list.replaceChildren(...rows);
    show(rows.length > 0);
  }

  field.addEventListener("focus", () => {
    if (!field.value) showRecent();
    else if (options().length) show(true);
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
      if (!all.length) return;
      event.preventDefault();
      if (list.hidden) show(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      // One place more than options: the field itself.
      choose(((chosen + 1 + step + all.length + 1) % (all.length + 1)) - 1);
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
    if (event.detail.target === list) show(document.activeElement === field && field.value !== "" && options().length > 0);
  });
})();
