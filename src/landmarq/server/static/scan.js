// The scan, live: a dot on every page, the progress on one.

import { $ } from "./dom.js";
import { say, sayNext, tell } from "./talk.js";

const WORDS = { running: "Scanning: ", paused: "", done: "Done: ", failed: "", idle: "Not running" };
const minutes = (seconds) => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`);
let before;

function show(status) {
  const running = status.state === "running";
  $("#scan-dot").hidden = !running;
  if ($("#scan-words")) showProgress(status, running);
  if (before === "running" && status.state === "done") tellDone(status.message);
  before = status.state;
}

function tellDone(message) {
  const words = `The scan is done: ${message}`;
  if (!$("#scan-words")) return say(words);
  // The page that it was started from counts photos and albums: they are others now.
  sayNext(words);
  location.reload();
}

function showProgress({ state, message, done, total, rate }, running) {
  const progress = $("#scan-progress");
  progress.hidden = !running && state !== "paused";
  if (total) Object.assign(progress, { max: total, value: done });
  else progress.removeAttribute("value");
  const left = running && rate ? ` · ${rate}/s · ${minutes((total - done) / rate)} left` : "";
  $("#scan-words").textContent = `${WORDS[state]}${message}${left}`;
  $("#scan-words").classList.toggle("bad", state === "failed");
  $("#scan-start").hidden = running;
  $("#scan-start").textContent = state === "paused" ? "Go on" : "Scan now";
  $("#scan-pause").hidden = !running;
  if (!running) Object.assign($("#scan-pause"), { disabled: false, textContent: "Pause" });
}

$("#scan-start")?.addEventListener("click", () => tell("/v1/scan/start"));
$("#scan-pause")?.addEventListener("click", ({ target }) => {
  // Paused after the photos that it works on: until then the button says that it was heard.
  Object.assign(target, { disabled: true, textContent: "Pausing …" });
  tell("/v1/scan/pause");
});

// A browser holds six connections to a server, and this is one of them: only the tab that is seen listens.
let events;
function listen() {
  events?.close();
  events = undefined;
  if (document.hidden) return;
  events = new EventSource("/v1/scan/events");
  events.addEventListener("scan", ({ data }) => show(JSON.parse(data)));
}
listen();
document.addEventListener("visibilitychange", listen);
window.addEventListener("pageshow", (event) => event.persisted && listen());
window.addEventListener("pagehide", () => events?.close());
