"use strict";
const number = document.body.dataset.number;
const buttons = [...document.querySelectorAll("button[data-landmark]")];
const next = document.getElementById("next");
const state = document.getElementById("state");
let busy = false;

// One answer a page: a second key, struck before the next page is there, must not answer it unseen.
async function say(landmark) {
  if (busy) return;
  busy = true;
  try {
    const reply = await fetch(`/borderline/${number}/shows/${landmark}`, { method: "POST" });
    if (!reply.ok) throw new Error(`not saved (${reply.status})`);
    const { answer } = await reply.json();
    if (answer !== null) { location.href = next.href; return; }
    for (const each of buttons) each.setAttribute("aria-pressed", "false");
    state.textContent = "Taken back";
  } catch (error) {
    state.textContent = `Not saved: ${error.message}`;
  }
  busy = false;
}

for (const button of buttons) button.addEventListener("click", () => say(button.dataset.landmark));
document.getElementById("another").addEventListener("change", (event) => {
  if (event.target.value !== "") say(event.target.value);
});
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.target.tagName === "SELECT") return;
  const button = buttons.find((each) => each.dataset.key === event.key.toLowerCase());
  if (button) say(button.dataset.landmark);
  else if (event.key === "ArrowRight" || (event.key === "Enter" && event.target.tagName !== "BUTTON")) location.href = next.href;
  else if (event.key === "ArrowLeft") location.href = document.getElementById("back").href;
});
