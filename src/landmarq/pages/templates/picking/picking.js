"use strict";
const buttons = [...document.querySelectorAll("main button")];
const number = Number(document.body.dataset.number);

// One after the other: two keys struck fast must not overtake each other.
let queue = Promise.resolve();

function pick(button) {
  queue = queue.then(async () => {
    const answer = await fetch(`/landmark/${number}/pick/${button.dataset.at}`, { method: "POST" });
    if (!answer.ok) throw new Error(`not saved (${answer.status})`);
    const { picked } = await answer.json();
    for (const each of buttons) each.setAttribute("aria-pressed", String(picked.includes(Number(each.dataset.at))));
    document.getElementById("count").textContent = String(picked.length);
  }).catch((error) => { document.getElementById("count").textContent = `Not saved: ${error.message}. Picked`; });
}

function follow(id) {
  const link = document.getElementById(id);
  if (link) queue.then(() => { location.href = link.href; });
}

for (const button of buttons) button.addEventListener("click", () => pick(button));
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key >= "1" && event.key <= "9" && buttons[Number(event.key) - 1]) pick(buttons[Number(event.key) - 1]);
  else if (event.key === "Enter" || event.key === "ArrowRight") { event.preventDefault(); follow("next"); }
  else if (event.key === "ArrowLeft") follow("back");
});
