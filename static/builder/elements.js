/** Small DOM makers shared by the builder's controls. */

/** An element with attributes, listeners (`onchange: fn`) and children. Text is always text, never markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** A select of `[value, title]` pairs; values are compared as JSON. */
export function select(options, chosen, label, onchange) {
  const wanted = JSON.stringify(chosen);
  const element = make("select", { class: "form-select form-select-sm", "aria-label": label });
  for (const [value, title] of options) {
    const option = make("option", { value: JSON.stringify(value) }, title);
    option.selected = option.value === wanted;
    element.append(option);
  }
  if (!element.selectedOptions.length || element.value !== wanted) {
    const missing = chosen === undefined || chosen === null || chosen === "";
    const first = make("option", { value: missing ? "null" : wanted }, missing ? "…" : String(chosen));
    element.prepend(first);
    element.value = first.value;
  }
  element.addEventListener("change", () => onchange(JSON.parse(element.value)));
  return element;
}

/** A quiet icon button made from one of the page's icon templates. */
export function iconButton(name, label, onclick) {
  const button = make("button", { type: "button", class: "btn btn-icon btn-ghost-secondary btn-sm", "aria-label": label, title: label, onclick });
  const drawn = document.querySelector(`template[data-icon="${name}"]`);
  button.append(drawn ? drawn.content.cloneNode(true) : "×");
  return button;
}

/**
 * Mount `draw` on every control of a kind, now and after each swap.
 * `draw(box, state, options, words, commit)` fills `box`; `commit(state)` writes the hidden input and tells the page.
 */
export function mountEach(kind, draw) {
  const mount = (root) => {
    const found = [...root.querySelectorAll(`[data-control="${kind}"]`)];
    if (root.matches?.(`[data-control="${kind}"]`)) found.push(root);
    found.filter((box) => !box.dataset.mounted).forEach((box) => mountOne(box, draw));
  };
  mount(document);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) mount(node);
  }).observe(document.body, { childList: true, subtree: true });
}

function mountOne(box, draw) {
  box.dataset.mounted = "yes";
  const input = box.querySelector("input[type=hidden]");
  const face = box.querySelector("[data-face]");
  const options = JSON.parse(box.dataset.options || "{}");
  const words = JSON.parse(box.dataset.words || "{}");
  let state = input.value ? JSON.parse(input.value) : null;
  const commit = (next, redraw = true) => {
    state = next;
    input.value = next === null ? "" : JSON.stringify(next);
    if (redraw) render();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const render = () => {
    const place = placeOfFocus(face);
    face.replaceChildren();
    draw(face, state, options, words, commit);
    restoreFocus(face, place);
  };
  render();
}

const focusable = (face) => [...face.querySelectorAll("input, select, textarea, button")];
const placeOfFocus = (face) => focusable(face).indexOf(document.activeElement);
function restoreFocus(face, place) {
  if (place >= 0) focusable(face)[Math.min(place, focusable(face).length - 1)]?.focus();
}

/** Whether the parts of a designer stand below each other. */
export const isNarrow = () => matchMedia("(max-width: 900px)").matches;
