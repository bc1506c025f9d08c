// The panel of display settings: made when a reader opens it. Each choice holds at once and is stored; sight.js applies it on every page.
const KEY = "newsroom.sight";
const root = document.documentElement;
const CHOICES = {
  size: [["", "100 %"], ["125", "125 %"], ["150", "150 %"], ["200", "200 %"]],
  colors: [["", "colors-device"], ["light", "colors-light"], ["dark", "colors-dark"], ["white", "colors-white"], ["black", "colors-black"], ["blue", "colors-blue"], ["sand", "colors-sand"]],
  spacing: [["", "usual"], ["wide", "wide"]],
  pictures: [["", "show"], ["off", "hide"]],
};
const LARGE = { size: "150", colors: "white", spacing: "wide" };
let panel = null;

export async function open(button, address) {
  if (panel) {
    if (!panel.showPopover) panel.hidden = !panel.hidden; // a popover belongs to its button: the browser opens and closes it
    return;
  }
  const reply = await fetch(new URL(`../../${root.lang}/sight.json`, address));
  if (!reply.ok) throw new Error(String(reply.status));
  const texts = await reply.json();
  if (panel) return; // a second click meanwhile
  panel = build(texts, button);
  button.closest("header").append(panel);
  show();
  if (!panel.showPopover) return;
  panel.popover = "auto";
  panel.addEventListener("beforetoggle", show);
  button.popoverTargetElement = panel;
  panel.showPopover({ source: button });
}

function close(button) {
  if (panel.showPopover) panel.hidePopover();
  else panel.hidden = true;
  button.focus();
}

function read() {
  const names = Object.keys(CHOICES).filter((name) => root.hasAttribute(`data-nr-${name}`));
  return Object.fromEntries(names.map((name) => [name, root.getAttribute(`data-nr-${name}`)]));
}

function store(settings) {
  for (const name of Object.keys(CHOICES)) {
    if (settings[name]) root.setAttribute(`data-nr-${name}`, settings[name]);
    else root.removeAttribute(`data-nr-${name}`);
  }
  try {
    if (Object.keys(read()).length) localStorage.setItem(KEY, JSON.stringify(read()));
    else localStorage.removeItem(KEY);
  } catch (error) {
    // storage is switched off: the settings hold on this page
  }
  show();
}

function show() {
  const settings = read();
  for (const input of panel.querySelectorAll("input")) input.checked = input.value === (settings[input.name.slice(6)] || "");
}

function make(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  if (text) element.textContent = text;
  return element;
}

function makeButton(text, className, action) {
  const button = make("button", className, text);
  button.type = "button";
  button.addEventListener("click", action);
  return button;
}

function build(texts, opener) {
  const made = make("div", "nr-panel", "");
  const title = make("h2", "nr-panel__title", texts.title);
  title.id = "nr-panel-title";
  made.setAttribute("role", "dialog");
  made.setAttribute("aria-labelledby", title.id);
  title.tabIndex = -1;
  title.autofocus = true;
  const end = makeButton("", "nr-panel__close", () => close(opener));
  end.setAttribute("aria-label", texts.close);
  const head = make("div", "nr-panel__head", "");
  head.append(title, end);
  const quick = make("div", "nr-panel__quick", "");
  quick.append(makeButton(texts.on, "nr-button", () => store({ ...read(), ...LARGE })), makeButton(texts.off, "nr-button nr-button--quiet", () => store({})));
  made.append(head, quick, ...Object.keys(CHOICES).map((name) => buildChoice(name, texts)));
  return made;
}

function buildChoice(name, texts) {
  const group = make("fieldset", `nr-panel__group nr-panel__group--${name}`, "");
  group.append(make("legend", "", texts[name]));
  for (const [value, key] of CHOICES[name]) {
    const label = make("label", value ? `nr-panel__${name}-${value}` : "", "");
    const input = make("input", "", "");
    input.type = "radio";
    input.name = `sight-${name}`;
    input.value = value;
    input.addEventListener("change", () => store({ ...read(), [name]: value }));
    label.append(input, make("span", "", texts[key] || key));
    group.append(label);
  }
  return group;
}
