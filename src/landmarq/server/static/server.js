// The pages' behaviour: no framework, no build, nothing from elsewhere. Without it the pages can still be read.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();

// --- the server ---

async function ask(address, options) {
  const answer = await fetch(address, options).catch(() => {
    throw new Error("the server can't be reached: is it still running?");
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.detail || `the server answered ${answer.status}`);
  return body;
}

const post = (address, value) =>
  ask(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(value ?? {}),
  });

// --- words at the foot of the page ---

let hiding;
function say(text, { bad = false, action, after } = {}) {
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
function sayNext(text, action) {
  sessionStorage.setItem("say", JSON.stringify({ text, action }));
}

const next = sessionStorage.getItem("say");
if (next) {
  sessionStorage.removeItem("say");
  const { text, action } = JSON.parse(next);
  say(text, { action, after: () => location.reload() });
}

async function tell(address, value, then) {
  try {
    const done = await post(address, value);
    then?.(done);
  } catch (error) {
    say(error.message, { bad: true });
  }
}

// --- search: names without accents ---

function finder(input, items, none) {
  input.addEventListener("input", () => {
    const wanted = plain(input.value).split(/\s+/);
    for (const item of items) {
      const text = plain(item.dataset.find);
      item.hidden = !wanted.every((word) => text.includes(word));
    }
    none(items.every((item) => item.hidden));
  });
}

const search = $("#search");
if (search) {
  finder(search, $$("#cities [data-find]"), (nothing) => {
    for (const city of $$("[data-city]")) city.hidden = $$("[data-find]", city).every((item) => item.hidden);
    $("#nothing-found").hidden = !nothing;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    }
  });
}

// --- "It is …" ---

const choose = $("#choose");
let chosen;
if (choose) {
  finder($("#choose-search"), $$("#choose-options li"), (nothing) => ($("#choose-none").hidden = !nothing));
  $("#choose-options").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) choose.close(button.value);
  });
  choose.addEventListener("close", () => choose.returnValue && chosen?.(choose.returnValue));
}

function choice(then) {
  chosen = then;
  choose.returnValue = "";
  $("#choose-search").value = "";
  $("#choose-search").dispatchEvent(new Event("input"));
  choose.showModal();
}

const nameOf = (landmark) =>
  $(`#choose-options button[value="${CSS.escape(landmark)}"]`)?.firstChild.textContent.trim() ?? landmark;

// --- one photo ---

const facts = $("#facts");
if (facts) {
  const photo = facts.dataset.photo;
  const reload = () => location.reload();
  const corrected = (words) => (done) => {
    sayNext(words, done.action);
    reload();
  };
  facts.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { yes, not, is, why } = button.dataset;
    if (yes) tell("/v1/corrections/it-is", { photos: [photo], landmark: yes }, corrected(`It is ${nameOf(yes)}`));
    if (not) tell("/v1/corrections/not-this", { photos: [photo], landmark: not }, corrected(`Not ${nameOf(not)}`));
    if (is !== undefined) {
      choice((landmark) =>
        tell("/v1/corrections/it-is", { photos: [photo], landmark, instead_of: is }, corrected(`It is ${nameOf(landmark)}`)),
      );
    }
    if (why) explain(photo, why, button);
  });
  const shown = $(".shown");
  const broken = () => {
    $("#photo-error").hidden = false;
    if (shown.src !== shown.dataset.thumbnail) shown.src = shown.dataset.thumbnail;
  };
  if (shown.complete && !shown.naturalWidth) broken();
  else shown.addEventListener("error", broken, { once: true });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input") || choose.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowLeft") $("a[rel=prev]")?.click();
    if (event.key === "ArrowRight") $("a[rel=next]")?.click();
    if (event.key === "w") $("button[data-why]")?.click();
    if (event.key === "n") $("button[data-not]")?.click();
  });
}

async function explain(photo, landmark, button) {
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
    heat.alt = `Heat map: what makes this ${nameOf(landmark)} stays bright`;
    heat.hidden = box.hidden = false;
  } catch (error) {
    button.setAttribute("aria-pressed", "false");
    say(error.message, { bad: true });
  } finally {
    $("#why-loading").hidden = true;
  }
}

// --- an album: bursts, and several photos at once ---

const photos = $("#photos");
if (photos) {
  photos.addEventListener("click", (event) => {
    const burst = event.target.closest("button.burst");
    if (!burst) return;
    const open = burst.getAttribute("aria-expanded") !== "true";
    burst.setAttribute("aria-expanded", String(open));
    for (const other of $$(`[data-burst="${burst.dataset.open}"]`)) other.hidden = !open;
  });
  const select = $("#select");
  const picked = () => $$(".pick input:checked", photos).map((input) => input.value);
  const count = () => {
    const number = picked().length;
    $("#tray").hidden = !number;
    $("#tray-count").textContent = `${number} selected`;
  };
  const clear = () => {
    for (const input of $$(".pick input", photos)) input.checked = false;
    count();
  };
  select.addEventListener("click", () => {
    const on = photos.classList.toggle("picking");
    select.setAttribute("aria-pressed", String(on));
    if (!on) clear();
  });
  photos.addEventListener("change", count);
  $("#tray-none").addEventListener("click", clear);
  const leave = (gone, words) => (done) => {
    sayNext(words, done.action);
    if (gone.length === $$("[data-photo]", photos).length) location.href = "/";
    else location.reload();
  };
  const { landmark, name } = photos.dataset;
  $("#tray-not").addEventListener("click", () => {
    const gone = picked();
    tell("/v1/corrections/not-this", { photos: gone, landmark }, leave(gone, `${gone.length} not ${name}`));
  });
  $("#tray-is").addEventListener("click", () =>
    choice((other) => {
      const gone = picked();
      const body = { photos: gone, landmark: other, instead_of: landmark };
      tell("/v1/corrections/it-is", body, leave(gone, `${gone.length} moved to ${nameOf(other)}`));
    }),
  );
}

// --- doubtful photos ---

const questions = $("#questions");
if (questions) {
  const leave = (question) => {
    const after = question.nextElementSibling ?? question.previousElementSibling;
    question.remove();
    after?.focus();
    $("#no-questions").hidden = Boolean($(".question", questions));
  };
  const answer = (question, address, value, words) => {
    if (question.classList.contains("going")) return;
    question.classList.add("going");
    const { photo } = question.dataset;
    post(address, { photos: [photo], ...value })
      .then((done) => {
        leave(question);
        say(words, { action: done.action, after: () => location.reload() });
      })
      .catch((error) => {
        question.classList.remove("going");
        say(error.message, { bad: true });
      });
  };
  const yes = (question, landmark) =>
    answer(question, "/v1/corrections/it-is", { landmark }, `It is ${nameOf(landmark)}`);
  const no = (question, landmark) =>
    answer(question, "/v1/corrections/not-this", { landmark }, `Not ${nameOf(landmark)}`);
  questions.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const question = event.target.closest(".question");
    if (!button) return;
    if (button.dataset.yes) yes(question, button.dataset.yes);
    if (button.dataset.not) no(question, button.dataset.not);
    if (button.dataset.is) {
      const was = button.dataset.is;
      choice((landmark) =>
        answer(question, "/v1/corrections/it-is", { landmark, instead_of: was }, `It is ${nameOf(landmark)}`),
      );
    }
  });
  document.addEventListener("keydown", (event) => {
    if (choose.open || event.ctrlKey || event.metaKey || event.altKey) return;
    const question = document.activeElement?.closest(".question") ?? $(".question", questions);
    if (!question) return;
    const { landmark } = question.dataset;
    if (event.key === "y") yes(question, landmark);
    if (event.key === "n") no(question, landmark);
    if (event.key === "s") {
      const after = question.nextElementSibling;
      questions.append(question);
      (after ?? question).focus();
    }
  });
}

// --- teaching ---

const teach = $("#teach");
if (teach) {
  // Kept while a person turns pages, so that photos can be chosen from several.
  const kept = new Set(JSON.parse(sessionStorage.getItem("teach") ?? "[]"));
  const boxes = $$("#choices input");
  for (const each of boxes) {
    if (each.checked) kept.add(each.value);
    each.checked = kept.has(each.value);
  }
  const count = () => {
    sessionStorage.setItem("teach", JSON.stringify([...kept]));
    const enough = kept.size >= 3;
    $("#teach-count").textContent = enough ? `${kept.size} photos selected` : `${kept.size} of 3 photos selected`;
    $("#teach-look").disabled = !enough;
  };
  count();
  $("#choices").addEventListener("change", ({ target }) => {
    if (target.checked) kept.add(target.value);
    else kept.delete(target.value);
    count();
  });
  const tile = ({ id, name, stays_in }) => {
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.src = `/media/${id}/thumbnail.jpg`;
    image.alt = stays_in ? `${name}, stays in ${stays_in}` : name;
    image.loading = "lazy";
    item.append(image);
    return item;
  };
  let preview;
  teach.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(teach));
    const [lat, lon] = values.place ? values.place.split(",").map(Number) : [null, null];
    const look = $("#teach-look");
    look.disabled = true;
    look.textContent = "Looking …";
    try {
      preview = await post("/v1/teach/preview", {
        name: values.name, city: values.city, country: values.country, lat, lon, photos: [...kept],
      });
      const photoWord = preview.count === 1 ? "photo" : "photos";
      $("#preview-words").textContent =
        `${preview.count} ${photoWord} would be in the album “${preview.landmark.name}”.` +
        (preview.landmark.lat === null ? " It has no place, so photos with GPS can't enter by themselves." : "") +
        Object.entries(preview.shared)
          .map(([other, number]) => ` ${number} of those that you selected ${number === 1 ? "is" : "are"} in the album “${other}” already, and would be in both.`)
          .join("");
      $("#preview-entering").replaceChildren(...preview.entering.map(tile));
      $("#preview-contested-part").hidden = !preview.contested.length;
      const others = [...new Set(preview.contested.map((each) => each.stays_in))].join(", ");
      $("#preview-contested-words").textContent =
        `${preview.contested.length} more look like it but stay where they are: ${others}.`;
      $("#preview-contested").replaceChildren(...preview.contested.map(tile));
      $("#preview").hidden = false;
      $("#preview-title").focus();
      $("#preview").scrollIntoView({ block: "start", behavior: "smooth" });
    } catch (error) {
      say(error.message, { bad: true });
    } finally {
      look.textContent = "Show what would enter";
      count();
    }
  });
  $("#teach-cancel").addEventListener("click", () => ($("#preview").hidden = true));
  $("#teach-accept").addEventListener("click", () =>
    tell("/v1/teach/accept", { preview: preview.preview }, ({ landmark }) => {
      sessionStorage.removeItem("teach");
      sayNext("Taught: it is at work in the whole library");
      location.href = `/landmarks/${encodeURIComponent(landmark)}`;
    }),
  );
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

// --- the scan, live ---

const words = { running: "Scanning: ", paused: "", done: "Done: ", failed: "", idle: "Not running" };
const events = new EventSource("/v1/scan/events");
let before;
events.addEventListener("scan", ({ data }) => {
  const status = JSON.parse(data);
  const running = status.state === "running";
  $("#scan-dot").hidden = !running;
  const text = $("#scan-words");
  if (text) {
    const progress = $("#scan-progress");
    progress.hidden = !running && status.state !== "paused";
    if (status.total) {
      progress.max = status.total;
      progress.value = status.done;
    } else progress.removeAttribute("value");
    const left = running && status.rate ? ` · ${status.rate}/s · ${minutes((status.total - status.done) / status.rate)} left` : "";
    text.textContent = `${words[status.state]}${status.message}${left}`;
    text.classList.toggle("bad", status.state === "failed");
    $("#scan-start").hidden = running;
    $("#scan-start").textContent = status.state === "paused" ? "Go on" : "Scan now";
    $("#scan-pause").hidden = !running;
    if (!running) Object.assign($("#scan-pause"), { disabled: false, textContent: "Pause" });
  }
  if (before === "running" && status.state === "done") say("The scan is done: " + status.message);
  before = status.state;
});
const minutes = (seconds) => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`);
$("#scan-start")?.addEventListener("click", () => tell("/v1/scan/start"));
$("#scan-pause")?.addEventListener("click", ({ target }) => {
  // Paused after the photos that it works on: until then the button says that it was heard.
  target.disabled = true;
  target.textContent = "Pausing …";
  tell("/v1/scan/pause");
});
window.addEventListener("pagehide", () => events.close());
