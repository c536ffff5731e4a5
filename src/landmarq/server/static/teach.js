// Teaching: choose photos, see what would enter and what would move, accept.

import { $, $$, element } from "./dom.js";
import { post, say, sayNext, tell } from "./talk.js";

const form = $("#teach");
const LEAST = 3;
const photos = (number) => (number === 1 ? "1 photo" : `${number} photos`);
const thumbnail = (id, alt) => element("img", { src: `/media/${id}/thumbnail.jpg`, alt, loading: "lazy" });

// --- the photos that teach; kept while a person turns pages, so that they can be chosen from several ---

const kept = new Map(JSON.parse(sessionStorage.getItem("teach") ?? "[]"));
const boxes = $$("#choices input");
const nameOf = (box) => box.getAttribute("aria-label");

function showKept() {
  sessionStorage.setItem("teach", JSON.stringify([...kept]));
  const chosen = [...kept].map(([id, name]) => {
    const button = element("button", { type: "button", value: id, ariaLabel: `Leave out ${name}`, title: name });
    button.append(thumbnail(id, ""));
    return element("li", {}, button);
  });
  $("#teach-chosen").replaceChildren(...chosen);
  $("#teach-chosen").hidden = !kept.size;
  for (const box of boxes) box.checked = kept.has(box.value);
  const enough = kept.size >= LEAST;
  $("#teach-count").textContent = enough ? `${kept.size} photos selected` : `${kept.size} of ${LEAST} photos selected`;
  $("#teach-look").disabled = !enough;
}

for (const box of boxes) if (box.checked) kept.set(box.value, nameOf(box));
showKept();
$("#choices").addEventListener("change", ({ target }) => {
  if (target.checked) kept.set(target.value, nameOf(target));
  else kept.delete(target.value);
  showKept();
});
$("#teach-chosen").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  kept.delete(button.value);
  showKept();
  ($("#teach-chosen button") ?? $("#teach-name")).focus();
});
// A photo that was forgotten since can teach nothing, and should not be in the way.
$("#teach-chosen").addEventListener(
  "error",
  (event) => {
    kept.delete(event.target.closest("button").value);
    showKept();
  },
  true,
);

// --- the preview ---

let preview;

function entering({ id, name }) {
  return element("li", {}, thumbnail(id, name));
}

// A photo of another album, with a box to tick: then it moves.
function contested({ id, name, albums, nearer }) {
  const box = element("input", { type: "checkbox", value: id, checked: nearer, ariaLabel: `Move ${name} from ${albums.join(" and ")}` });
  const label = element("label", {}, box, thumbnail(id, ""), element("span", { className: "quiet" }, albums.join(", ")));
  return element("li", {}, label);
}

const ticked = () => $$("#preview-contested input:checked").map((box) => box.value);

function countMoves() {
  const number = ticked().length;
  $("#teach-accept").textContent = number ? `Teach it and move ${photos(number)}` : "Teach it";
}

function showPreview() {
  const name = `“${preview.landmark.name}”`;
  $("#preview-words").textContent =
    `${photos(preview.count)} would be in the album ${name}.` +
    (preview.landmark.lat === null ? " It has no place, so photos with GPS can't enter by themselves." : "");
  $("#preview-entering").replaceChildren(...preview.entering.map(entering));
  const { length } = preview.contested;
  $("#preview-contested-part").hidden = !length;
  $("#preview-contested-title").textContent = `${photos(preview.contested_count)} in other albums`;
  $("#preview-contested-words").textContent =
    `Ticked ones move to ${name}; the others stay where they are, and those that you selected are then in both. ` +
    `Ticked to begin with are those that look more like ${name}.` +
    (length < preview.contested_count ? ` The first ${length} are shown.` : "");
  $("#preview-contested").replaceChildren(...preview.contested.map(contested));
  countMoves();
  $("#preview").hidden = false;
  $("#preview-title").focus();
  $("#preview").scrollIntoView({ block: "start", behavior: "smooth" });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, city, country, place } = Object.fromEntries(new FormData(form));
  const [lat, lon] = place ? place.split(",").map(Number) : [null, null];
  const look = $("#teach-look");
  look.disabled = true;
  look.textContent = "Looking …";
  try {
    preview = await post("/v1/teach/preview", { name, city, country, lat, lon, photos: [...kept.keys()] });
    showPreview();
  } catch (error) {
    say(error.message, { bad: true });
  } finally {
    look.textContent = "Show what would enter";
    showKept();
  }
});
$("#preview-contested").addEventListener("change", countMoves);
$("#teach-cancel").addEventListener("click", () => ($("#preview").hidden = true));
$("#teach-accept").addEventListener("click", () => {
  const move = ticked();
  tell("/v1/teach/accept", { preview: preview.preview, move }, ({ landmark }) => {
    sessionStorage.removeItem("teach");
    sayNext(move.length ? `Taught, and ${photos(move.length)} moved` : "Taught: it is at work in the whole library");
    location.href = `/landmarks/${encodeURIComponent(landmark)}`;
  });
});
