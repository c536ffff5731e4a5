// Doubtful photos: one question each, by mouse or by key.

import { choice, isChoosing } from "./choose.js";
import { $, isTaken } from "./dom.js";
import { post, say } from "./talk.js";

const questions = $("#questions");

function leave(question) {
  const after = question.nextElementSibling ?? question.previousElementSibling;
  question.remove();
  after?.focus();
  $("#no-questions").hidden = Boolean($(".question", questions));
}

async function answer(question, what, value, words) {
  if (question.classList.contains("going")) return;
  question.classList.add("going");
  try {
    const done = await post(`/v1/corrections/${what}`, { photos: [question.dataset.photo], ...value });
    leave(question);
    say(words, { action: done.action, after: () => location.reload() });
  } catch (error) {
    question.classList.remove("going");
    say(error.message, { bad: true });
  }
}

const answers = {
  yes: (question, { landmark, name }) => answer(question, "it-is", { landmark }, `It is ${name}`),
  no: (question, { landmark, name }) => answer(question, "not-this", { landmark }, `Not ${name}`),
  other: (question, { landmark }) =>
    choice(({ id, name }) => answer(question, "it-is", { landmark: id, instead_of: landmark }, `It is ${name}`)),
  later: (question) => {
    const after = question.nextElementSibling;
    questions.append(question);
    (after ?? question).focus();
  },
};

questions.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const question = event.target.closest(".question");
  if (button) answers[button.dataset.answer](question, question.dataset);
});

const keys = { y: "yes", n: "no", s: "later" };
document.addEventListener("keydown", (event) => {
  if (isTaken(event) || isChoosing() || !(event.key in keys)) return;
  const question = document.activeElement?.closest(".question") ?? $(".question", questions);
  if (question) answers[keys[event.key]](question, question.dataset);
});
