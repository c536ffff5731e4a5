// One photo: corrections, the heat map, its neighbours.

import { choice, isChoosing } from "./choose.js";
import { $, $$, isTaken } from "./dom.js";
import { ask, say, sayNext, tell } from "./talk.js";

const facts = $("#facts");
const { photo } = facts.dataset;

function correct(what, value, words) {
  tell(`/v1/corrections/${what}`, { photos: [photo], ...value }, (done) => {
    sayNext(words, done.action);
    location.reload();
  });
}

facts.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const { yes, not, is, why, name } = button?.dataset ?? {};
  if (yes) correct("it-is", { landmark: yes }, `It is ${name}`);
  if (not) correct("not-this", { landmark: not }, `Not ${name}`);
  if (is !== undefined) choice(({ id, name }) => correct("it-is", { landmark: id, instead_of: is }, `It is ${name}`));
  if (why) explain(why, button);
});

const shown = $(".shown");
const broken = () => {
  $("#photo-error").hidden = false;
  if (shown.src !== shown.dataset.thumbnail) shown.src = shown.dataset.thumbnail;
};
if (shown.complete && !shown.naturalWidth) broken();
else shown.addEventListener("error", broken, { once: true });

const keys = { ArrowLeft: "a[rel=prev]", ArrowRight: "a[rel=next]", w: "button[data-why]", n: "button[data-not]" };
document.addEventListener("keydown", (event) => {
  if (!isTaken(event) && !isChoosing() && event.key in keys) $(keys[event.key])?.click();
});

async function explain(landmark, button) {
  const heat = $("#heat");
  const box = $("#box");
  const wanted = button.getAttribute("aria-pressed") !== "true";
  for (const each of $$("button[data-why]")) each.setAttribute("aria-pressed", "false");
  heat.hidden = box.hidden = true;
  if (!wanted) return;
  button.setAttribute("aria-pressed", "true");
  $("#why-loading").hidden = false;
  try {
    const query = `landmark=${encodeURIComponent(landmark)}`;
    const body = await ask(`/v1/photos/${photo}/explanations?${query}`);
    heat.src = `/media/${photo}/why.png?${query}`;
    await heat.decode();
    const { left, top, right, bottom } = body.explanations[0].box;
    const share = (value) => `${100 * value}%`;
    Object.assign(box.style, { left: share(left), top: share(top), width: share(right - left), height: share(bottom - top) });
    heat.alt = `Heat map: what makes this ${button.dataset.name} stays bright`;
    heat.hidden = box.hidden = false;
  } catch (error) {
    button.setAttribute("aria-pressed", "false");
    say(error.message, { bad: true });
  } finally {
    $("#why-loading").hidden = true;
  }
}
