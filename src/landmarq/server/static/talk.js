// Talking to the server, and to the person: what was done, with a button that takes it back.

import { $ } from "./dom.js";

export async function ask(address, options) {
  const answer = await fetch(address, options).catch(() => {
    throw new Error("the server can't be reached: is it still running?");
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.detail || `the server answered ${answer.status}`);
  return body;
}

export const post = (address, value) =>
  ask(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(value ?? {}),
  });

// Words at the foot of the page.

let hiding;
export function say(text, { bad = false, action, after } = {}) {
  const toast = $("#toast");
  toast.replaceChildren(text);
  toast.classList.toggle("bad", bad);
  if (action) {
    const undo = document.createElement("button");
    undo.type = "button";
    undo.textContent = "Undo";
    undo.addEventListener("click", () => tell("/v1/corrections/undo", { action }, after));
    toast.append(undo);
  }
  toast.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (toast.hidden = true), action ? 12000 : 6000);
}

// Said after the page has loaded anew: what was done, and how to undo it.
export function sayNext(text, action) {
  sessionStorage.setItem("say", JSON.stringify({ text, action }));
}

export async function tell(address, value, then) {
  try {
    const done = await post(address, value);
    then?.(done);
  } catch (error) {
    say(error.message, { bad: true });
  }
}
