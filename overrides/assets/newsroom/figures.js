/* The filter above a table of figures. Without this script all rows stand below each other, and chips lead to each scope. */
(() => {
  "use strict";
  const form = document.querySelector(".nr-filter");
  if (!form) return;
  const fields = [...form.querySelectorAll("select")];
  const items = document.querySelectorAll(".nr-figures-page :is(tbody tr, .nr-series, .nr-jump li)");

  const show = () => {
    for (const item of items) {
      /* The rows of a series have its scope; only rows of a common table say their own. */
      const place = item.closest(".nr-series") || item;
      item.hidden = fields.some((field) => field.value && field.value !== place.dataset[field.name]);
    }
  };
  const parameters = new URLSearchParams(location.search);
  for (const field of fields) {
    const wanted = parameters.get(field.name);
    if ([...field.options].some((option) => option.value === wanted)) field.value = wanted;
    field.addEventListener("change", () => {
      const chosen = new URLSearchParams(fields.filter((each) => each.value).map((each) => [each.name, each.value]));
      history.replaceState(null, "", `${location.pathname}${chosen.size ? `?${chosen}` : ""}${location.hash}`);
      show();
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
})();
