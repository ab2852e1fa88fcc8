/** A few rows of settings, one cell a column. State: list of objects. */
import { drawCondition } from "./condition.js";
import { iconButton, make, mountEach, select } from "./elements.js";
import { valueOrFormula } from "./formula.js";
import { valueControl } from "./values.js";

mountEach("rows", (face, state, options, words, commit) => {
  const rows = state || [];
  const put = (next, redraw) => commit(next.length ? next : null, redraw);
  rows.forEach((row, place) => {
    const replace = (next, redraw) => put(rows.map((other, at) => (at === place ? next : other)), redraw);
    const cells = options.columns.map((column) => drawCell(column, row, options, words, replace));
    face.append(make("div", { class: "settings-row" }, ...cells, iconButton("x", words.remove, () => put(rows.filter((_, at) => at !== place)))));
  });
  if (options.most && rows.length >= options.most) return;
  const add = make("button", { type: "button", class: "btn btn-sm btn-ghost-primary", onclick: () => put([...rows, fresh(options.columns)]) }, "+ ", words.add);
  face.append(make("div", { class: "chip-more" }, add));
});

function fresh(columns) {
  const row = {};
  for (const column of columns) {
    if (column.kind === "field") row[column.name] = column.targets[0]?.name ?? "";
    if (column.kind === "choice") row[column.name] = column.choices[0].const;
    if (column.kind === "formula") row[column.name] = { value: "" };
  }
  return row;
}

function drawCell(column, row, options, words, replace) {
  const value = row[column.name];
  const set = (next, redraw) => replace({ ...row, [column.name]: next }, redraw);
  return make("label", { class: "settings-cell" }, make("span", { class: "settings-name" }, column.title), control());

  function control() {
    const field = (options.columns.find((other) => other.kind === "field")?.targets || []).find((known) => known.name === row.field);
    if (column.kind === "field") return select(column.targets.map((target) => [target.name, target.title]), value, column.title, set);
    if (column.kind === "choice") return select(column.choices.map((choice) => [choice.const, choice.title]), value, column.title, set);
    if (column.kind === "formula") return valueOrFormula(field, value, options, words, set);
    if (column.kind === "value") return valueControl(field, "eq", value, words, set);
    if (column.kind === "condition") return conditionCell(value, options, words, set);
    const input = make("input", { class: "form-control form-control-sm", "aria-label": column.title });
    input.value = value ?? "";
    input.addEventListener("change", () => set(input.value, false));
    return input;
  }
}

function conditionCell(value, options, words, set) {
  const box = make("div", {});
  drawCondition(box, value ?? null, options, { ...words, add: words.addTest }, set);
  return box;
}
