// All albums: search by name and city.

import { $, $$, finder, isTaken } from "./dom.js";

const search = $("#search");
if (search) {
  finder(search, $$("#cities [data-find]"), (nothing) => {
    for (const city of $$("[data-city]")) city.hidden = $$("[data-find]", city).every((item) => item.hidden);
    $("#nothing-found").hidden = !nothing;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || isTaken(event)) return;
    event.preventDefault();
    search.focus();
  });
}
