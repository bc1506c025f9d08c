// The search box of every page, and the search page: search.js finds, <language>/search/texts.json has the words around what is found.
// All that is shown is put together from elements and texts, never from HTML.

import { openSearch } from "./search.js";

const DELAY = 150;
const RETRY_DELAY = 10000;
const PAGE_SIZE = 10;
const LIST_SIZE = 6;
const FACETS = ["region", "union", "kind", "year", "language"];

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function equip(element, attributes, ...children) {
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  element.append(...children);
  return element;
}

const make = (tag, ...rest) => equip(document.createElement(tag), ...rest);

const mark = (pieces) => pieces.map(({ text, isMatch }) => (isMatch ? make("mark", {}, text) : text));

export function start(form) {
  const input = form.elements.q;
  const { lang } = document.documentElement;
  const page = document.querySelector(".nr-search-page");
  const search = openSearch({ base: new URL("../..", form.action), language: lang });
  let texts;
  let timer;
  let latest = 0;

  const count = (number) => number.toLocaleString(lang);
  const writeDate = (date) => fill(texts.dates[date.slice(5, 7) - 1], { year: date.slice(0, 4), day: +date.slice(8) });
  const inLanguage = ({ language }) => ({ lang: language, hreflang: language });
  const drawEntity = ({ name, section }) => [make("strong", {}, name), make("span", {}, texts[section])];

  function explain({ total, isAtLeast, corrected, dropped, apart }) {
    const forms = texts[isAtLeast ? "least" : "found"];
    const sum = total ? fill(forms[new Intl.PluralRules(lang).select(total)], { count: count(total) }) : texts.none;
    return [...corrected.map((values) => fill(texts.corrected, values)), ...dropped.map((word) => fill(texts[apart.includes(word) ? "apart" : "dropped"], { word })), sum].join(" ");
  }

  // Asks until there is an answer, and says when that takes its time. Gives nothing to a question that another has overtaken.
  async function ask(text, options, status) {
    const number = ++latest;
    const onUpdating = () => number === latest && status.replaceChildren(texts ? texts.updating : "…");
    while (number === latest) {
      try {
        if (!texts) texts = await (await fetch(new URL("texts.json", form.action))).json();
        const answer = await search.query(text, { ...options, excerpts: false, onUpdating });
        if (number === latest) status.replaceChildren(explain(answer));
        return number === latest && answer;
      } catch {
        onUpdating();
        await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));
      }
    }
  }

  function later(run) {
    clearTimeout(timer);
    timer = setTimeout(run, DELAY);
  }

  // ---------------------------------------------------------------- the box of every page

  function startBox() {
    const list = make("div", { role: "listbox", id: "nr-suggest", "aria-label": input.placeholder });
    const status = make("p", { role: "status" });
    const panel = make("div", { class: "nr-suggest", hidden: "" }, status, list);
    let active;
    form.append(panel);
    equip(input, { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id });

    function choose(option) {
      if (active) active.removeAttribute("aria-selected");
      active = option;
      input.setAttribute("aria-activedescendant", active ? active.id : "");
      if (!active) return;
      active.setAttribute("aria-selected", true);
      active.scrollIntoView({ block: "nearest" });
    }

    function show(...options) {
      const { href } = active || {};
      list.replaceChildren(...options);
      options.forEach((option, number) => (option.id = `${list.id}-${number}`));
      input.setAttribute("aria-expanded", options.length > 0);
      choose(options.find((option) => option.href === href));
    }

    function close() {
      clearTimeout(timer);
      latest++;
      panel.hidden = true;
      show();
    }

    const drawOption = (url, attributes, ...children) => make("a", { role: "option", tabindex: -1, href: url, ...attributes }, ...children);

    async function run() {
      const text = input.value;
      if (!text.trim()) return close();
      panel.hidden = false;
      const answer = await ask(text, { isTyping: true, limit: LIST_SIZE }, status);
      if (!answer) return;
      show(
        ...answer.entities.map((entity) => drawOption(entity.url, {}, ...drawEntity(entity))),
        ...answer.results.map((result) => drawOption(result.url, inLanguage(result), make("span", {}, ...mark(result.titlePieces)), make("span", {}, writeDate(result.date)))),
        drawOption(`${form.action}?q=${encodeURIComponent(text)}`, {}, make("strong", {}, texts.all))
      );
    }

    input.addEventListener("input", () => later(run));
    input.addEventListener("focus", run);
    form.addEventListener("focusout", close);
    panel.addEventListener("mousedown", (event) => event.preventDefault());
    input.addEventListener("keydown", (event) => {
      const choices = [undefined, ...list.children];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && panel.hidden) run();
      else if (step) choose(choices[(choices.indexOf(active) + step + choices.length) % choices.length]);
      else if (event.key === "Enter" && active) active.click();
      else if (event.key === "Escape" && !panel.hidden) close();
      else return;
      event.preventDefault();
    });
    run();
  }

  // ---------------------------------------------------------------- the search page

  function startPage() {
    const [status, entities, list, more, filters] = ["status", "entities", "list", "more", "filters"].map((name) => page.querySelector(`.nr-search-page__${name}`));
    const buttons = page.querySelectorAll("button[data-set]");
    let state;
    let isDraft;

    // What the address says.
    async function readState() {
      const values = new URLSearchParams(location.search);
      const { shown, top } = history.state || {};
      state = {};
      for (const name of ["q", "lang", "sort"]) state[name] = values.get(name) || "";
      for (const facet of FACETS) if ((state[facet] = values.getAll(facet)).length) filters.open = true;
      input.value = state.q;
      isDraft = false;
      await run(shown || PAGE_SIZE);
      if (top) scrollTo(0, top);
    }

    // While a reader types, all is one entry of the history.
    function writeState(isTyping) {
      const values = new URLSearchParams();
      for (const name in state) for (const value of [state[name]].flat()) if (value) values.append(name, value);
      const url = `?${values}`;
      if (url !== location.search) history[isDraft ? "replaceState" : "pushState"](null, "", url);
      isDraft = isTyping;
      run(PAGE_SIZE, 0, isTyping);
    }

    async function run(limit, offset = 0, isTyping = false) {
      page.classList.toggle("nr-search-page--results", state.q.trim());
      for (const button of buttons) button.setAttribute("aria-pressed", state[button.dataset.set] === button.value);
      for (const link of document.querySelectorAll(".nr-switch a")) link.search = location.search;
      if (!state.q.trim()) return latest++;
      const languages = state.lang ? page.dataset.languages.split(" ") : [lang];
      const facets = (filters.open || FACETS.some((facet) => state[facet].length)) && state;
      const answer = await ask(state.q, { isTyping, sort: state.sort, limit, offset, languages, facets, once: true }, status);
      if (!answer) return;
      entities.replaceChildren(...answer.entities.map((entity) => make("li", {}, make("a", { href: entity.url }, ...drawEntity(entity)))));
      if (!offset) list.replaceChildren();
      const cards = answer.results.map((result) => drawCard(result, answer.keys));
      list.append(...cards);
      if (offset && cards.length) cards[0].querySelector("a").focus();
      more.hidden = list.children.length >= answer.total && !answer.isAtLeast;
      if (answer.facets) FACETS.forEach((facet) => drawFacet(facet, answer.facets[facet]));
      history.replaceState({ shown: list.children.length }, "");
    }

    function drawCard(result, keys) {
      const { url, language, kind, regions, date } = result;
      const excerpt = make("p", { class: "nr-card__summary", lang: language });
      search.readExcerpt(result, keys).then((pieces) => excerpt.append(...mark(pieces)));
      const place = regions.slice(0, 2).join(", ") + (regions[2] ? ` +${regions.length - 2}` : "");
      return make(
        "li",
        { class: "nr-card" },
        make("p", { class: "nr-kicker" }, `${kind} `, place && make("span", { class: "nr-kicker__place" }, place)),
        make("h2", { class: "nr-card__title" }, make("a", { href: url, ...inLanguage(result) }, make("span", {}, ...mark(result.titlePieces)))),
        excerpt,
        make("p", { class: "nr-card__meta" }, make("time", { datetime: date }, writeDate(date)), language === lang ? "" : make("span", { class: "nr-mark" }, texts.names[language]))
      );
    }

    // What is there stays, so that it keeps the focus; only its number changes.
    function drawFacet(facet, rows) {
      const set = filters.querySelector(`[data-facet=${facet}]`);
      const old = new Map(Array.from(set.querySelectorAll("label"), (label) => [label.control.value, label]));
      for (const { id, name, count: number } of rows) {
        let label = old.get(id);
        if (!label) {
          label = make("label", {}, make("input", { type: "checkbox", value: id }), make("span", {}, facet === "language" && texts.names[id] || name), make("span", { class: "nr-count" }));
          set.append(label);
        }
        label.control.checked = state[facet].includes(id);
        label.lastChild.textContent = count(number);
        old.delete(id);
      }
      for (const label of old.values()) label.remove();
      set.hidden = rows.length < (facet === "language" ? 2 : 1);
    }

    function change(name, value) {
      state[name] = value;
      if (!state.lang) state.language = [];
      writeState();
    }

    input.addEventListener("input", () =>
      later(() => {
        state.q = input.value;
        writeState(true);
      })
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      change("q", input.value);
      if (matchMedia("(pointer: coarse)").matches) input.blur();
    });
    page.addEventListener("click", ({ target }) => {
      const { set } = target.dataset;
      if (set) change(set, state[set] ? "" : target.value);
      // The facets open after the click.
      if (target.closest("summary")) setTimeout(() => filters.open && run(list.children.length || PAGE_SIZE));
    });
    filters.addEventListener("change", ({ target }) => {
      const { facet } = target.closest("fieldset").dataset;
      change(facet, target.checked ? [...state[facet], target.value] : state[facet].filter((id) => id !== target.value));
    });
    more.addEventListener("click", () => run(PAGE_SIZE, list.children.length));
    addEventListener("popstate", readState);
    addEventListener("pagehide", () => history.replaceState({ ...history.state, top: scrollY }, ""));
    const typed = input.value;
    readState();
    // What was typed before this script came is not lost.
    if (typed && typed !== state.q && document.activeElement === input) {
      state.q = input.value = typed;
      writeState(true);
    }
  }

  if (page) startPage();
  else startBox();
}
