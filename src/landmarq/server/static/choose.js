// "It is …": a dialog with every landmark that is known; the list is fetched when it is first asked for.

import { $, element, plain } from "./dom.js";
import { ask, say } from "./talk.js";

const MOST_SHOWN = 60;

const dialog = $("#choose");
const field = $("#choose-search");
let landmarks;
let chosen;

function offer() {
  const wanted = plain(field.value).split(/\s+/);
  const found = (landmarks ?? []).filter(({ text }) => wanted.every((word) => text.includes(word)));
  const options = found.slice(0, MOST_SHOWN).map(({ id, name, city }) => {
    const button = element("button", { type: "button", value: id }, `${name} `, element("span", { className: "quiet" }, city));
    return element("li", {}, button);
  });
  $("#choose-options").replaceChildren(...options);
  $("#choose-none").hidden = !landmarks || found.length > 0;
  $("#choose-more").hidden = found.length <= MOST_SHOWN;
}

field.addEventListener("input", offer);
$("#choose-options").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) dialog.close(button.value);
});
dialog.addEventListener("close", () => {
  const found = landmarks?.find(({ id }) => id === dialog.returnValue);
  if (found) chosen(found);
});

// Asks for a landmark, and hands its id and name to `then`; a person who cancels is asked for nothing more.
export async function choice(then) {
  chosen = then;
  dialog.returnValue = "";
  field.value = "";
  offer();
  dialog.showModal();
  if (landmarks) return;
  $("#choose-loading").hidden = false;
  try {
    const body = await ask("/v1/landmarks");
    landmarks = body.landmarks
      .map((each) => ({ ...each, text: plain(`${each.name} ${each.city} ${each.country}`) }))
      .sort((one, other) => one.name.localeCompare(other.name));
    offer();
  } catch (error) {
    dialog.close("");
    say(error.message, { bad: true });
  } finally {
    $("#choose-loading").hidden = true;
  }
}

export const isChoosing = () => dialog.open;
