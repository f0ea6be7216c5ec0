// Passkeys: asks the browser for one and sends what it says. A form says what it wants by data-passkey:
// "create" makes one, "get" proves one, both with the options in #passkey-options; "ask" fetches its options first.
"use strict";

const NEWS = {
  NotAllowedError: "No passkey was used. Try again, or choose another way.",
  InvalidStateError: "That device or key has a passkey for this account already.",
  SecurityError: "Browsers keep no passkeys for this address: only for sites reached by name over HTTPS, and for localhost.",
  TooMany: "Too many attempts. Wait a few minutes and try again.",
};
const FAILED = "That did not work. Try again, or choose another way.";
const UNKNOWN = "This browser knows no passkeys.";

async function optionsOf(form) {
  if (form.dataset.passkey !== "ask") return JSON.parse(document.getElementById("passkey-options").textContent);
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (response.status === 429) throw new DOMException("", "TooMany");
  if (!response.ok) throw new DOMException("", "NetworkError");
  return (await response.json());
}

async function create(form) {
  const options = (await optionsOf(form)).creation_options;
  const alone = form.elements.passwordless.checked;
  const wanted = options.publicKey.authenticatorSelection;
  wanted.residentKey = alone ? "required" : "discouraged";
  wanted.requireResidentKey = alone;
  if (alone) wanted.userVerification = "required";
  return webauthnJSON.create(options);
}

async function prove(form) {
  return webauthnJSON.get((await optionsOf(form)).request_options);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const news = form.querySelector("[data-passkey-news]");
  if (!webauthnJSON.supported()) {
    news.textContent = UNKNOWN;
    continue;
  }
  const button = form.querySelector("button[type=submit]");
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    news.textContent = "";
    button.disabled = true;
    try {
      const credential = await (form.dataset.passkey === "create" ? create(form) : prove(form));
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      news.textContent = NEWS[error.name] ?? FAILED;
      button.disabled = false;
    }
  });
}
