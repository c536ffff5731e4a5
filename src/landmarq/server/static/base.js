// On every page: what was said before it loaded, undo and forget, and the scan.

import "./scan.js";
import { say, sayNext, tell } from "./talk.js";

const next = sessionStorage.getItem("say");
if (next) {
  sessionStorage.removeItem("say");
  const { text, action } = JSON.parse(next);
  say(text, { action, after: () => location.reload() });
}

document.addEventListener("click", (event) => {
  const { forget, undo } = event.target.dataset ?? {};
  if (undo) tell("/v1/corrections/undo", { action: Number(undo) }, () => location.reload());
  if (forget && confirm("Forget this landmark? Its album goes; your photos stay.")) {
    tell("/v1/teach/forget", { landmark: forget }, () => {
      sayNext("Forgotten");
      location.href = "/library";
    });
  }
});
