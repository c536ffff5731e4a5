// An album: bursts, and several photos at once.

import { choice } from "./choose.js";
import { $, $$ } from "./dom.js";
import { sayNext, tell } from "./talk.js";

const photos = $("#photos");
const { landmark, name } = photos.dataset;
const others = (burst) => $$(`[data-burst="${burst.dataset.open}"]`, photos);
const isOpen = (burst) => burst.getAttribute("aria-expanded") === "true";

photos.addEventListener("click", (event) => {
  const burst = event.target.closest("button.burst");
  if (!burst) return;
  const open = !isOpen(burst);
  burst.setAttribute("aria-expanded", String(open));
  for (const other of others(burst)) other.hidden = !open;
});

const select = $("#select");
const picked = () => $$(".pick input:checked", photos).map((input) => input.value);

function count() {
  const number = picked().length;
  $("#tray").hidden = !number;
  $("#tray-count").textContent = `${number} selected`;
}

function clear() {
  for (const input of $$(".pick input", photos)) input.checked = false;
  count();
}

select.addEventListener("click", () => {
  const on = photos.classList.toggle("picking");
  select.setAttribute("aria-pressed", String(on));
  if (!on) clear();
});
photos.addEventListener("change", ({ target }) => {
  // While photos of one moment are one picture, they are selected as one.
  const burst = $("button.burst", target.closest("li"));
  if (burst && !isOpen(burst)) for (const other of others(burst)) $("input", other).checked = target.checked;
  count();
});
$("#tray-none").addEventListener("click", clear);

function correct(what, value, words) {
  const gone = picked();
  tell(`/v1/corrections/${what}`, { photos: gone, ...value }, (done) => {
    sayNext(`${gone.length} ${words}`, done.action);
    if (gone.length === $$("[data-photo]", photos).length) location.href = "/";
    else location.reload();
  });
}

$("#tray-not").addEventListener("click", () => correct("not-this", { landmark }, `not ${name}`));
$("#tray-is").addEventListener("click", () =>
  choice((other) => correct("it-is", { landmark: other.id, instead_of: landmark }, `moved to ${other.name}`)),
);
