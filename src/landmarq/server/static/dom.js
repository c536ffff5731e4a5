// Elements of the page: finding them, making them, and words among them without accents.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// A new element; properties as the DOM names them, and what it holds. Text is text, whatever is in it.
export function element(name, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
}

// Letters that are no letter with an accent on it, and yet are typed without it: Łódź, Tromsø, Đà Nẵng.
const folded = { ł: "l", ø: "o", đ: "d", ð: "d", ı: "i", ß: "ss", æ: "ae", œ: "oe", þ: "th", "'": "", "’": "" };

export const plain = (text) =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[łøđðıßæœþ'’]/g, (letter) => folded[letter])
    .trim();

// Hides the items that lack one of the words typed; `after` is told whether none is left.
export function finder(input, items, after) {
  input.addEventListener("input", () => {
    const wanted = plain(input.value).split(/\s+/);
    for (const item of items) {
      const text = plain(item.dataset.find);
      item.hidden = !wanted.every((word) => text.includes(word));
    }
    after(items.every((item) => item.hidden));
  });
}

// Whether a key is meant for what has the focus, or for the browser, and not for the page.
export const isTaken = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox])");
