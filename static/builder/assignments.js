/** Which fields get which values. State: {field: {"value": json} or {"text": expression}}, in order. */
import { iconButton, make, mountEach, select } from "./elements.js";
import { firstOf, valueOrFormula } from "./formula.js";

mountEach("assignments", (face, state, options, words, commit) => {
  const rows = Object.entries(state || {});
  const put = (next) => commit(next.length ? Object.fromEntries(next) : null);
  rows.forEach(([name, given], place) => {
    const replace = (row) => put(rows.map((other, at) => (at === place ? row : other)));
    face.append(drawRow(name, given, options, words, replace, () => put(rows.filter((_, at) => at !== place)), rows));
  });
  const free = options.free ? true : options.targets.some((target) => !(target.name in (state || {})));
  if (free) face.append(adder(rows, options, words, put));
});

function drawRow(name, given, options, words, replace, drop, rows) {
  const target = options.targets.find((known) => known.name === name);
  const taken = new Set(rows.map(([known]) => known));
  const open = options.targets.filter((known) => known.name === name || !taken.has(known.name));
  const chooser = options.free
    ? nameInput(name, words, (next) => replace([next, given]))
    : select(open.map((known) => [known.name, known.title]), name, words.field, (next) => replace([next, firstOf(options.targets.find((known) => known.name === next))]));
  return make("div", { class: "chip-row" }, chooser, make("span", { class: "chip-word" }, "="),
    valueOrFormula(target, given, options, words, (next, redraw) => replace([name, next], redraw)), iconButton("x", words.remove, drop));
}

function nameInput(name, words, onchange) {
  const input = make("input", { class: "form-control form-control-sm", value: name, "aria-label": words.name, pattern: "[a-zA-Z_][a-zA-Z0-9_]*" });
  input.addEventListener("change", () => input.validity.valid && input.value && onchange(input.value));
  return input;
}

function adder(rows, options, words, put) {
  const taken = new Set(rows.map(([name]) => name));
  const add = () => {
    const target = options.free ? { name: `value_${rows.length + 1}` } : options.targets.find((known) => !taken.has(known.name));
    put([...rows, [target.name, firstOf(target)]]);
  };
  return make("div", { class: "chip-more" }, make("button", { type: "button", class: "btn btn-sm btn-ghost-primary", onclick: add }, "+ ", words.add));
}
