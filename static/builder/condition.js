/** The condition editor: a tree of and / or / comparison as chips. State: {"tree": tree} or {"text": source}. */
import { iconButton, make, mountEach, select } from "./elements.js";
import { needsValue, opsOf, valueControl } from "./values.js";

mountEach("condition", drawCondition);

/** Fill `face` with the editor of one condition. */
export function drawCondition(face, state, options, words, commit) {
  if (state && "text" in state) return drawText(face, state, options, words, commit);
  const tree = asGroup(state?.tree);
  face.append(drawGroup(tree, options, words, (next) => commit(isEmpty(next) ? null : { tree: next }), true));
}

const isEmpty = (group) => !(group.all || group.any).length;
const asGroup = (tree) => (!tree ? { all: [] } : tree.all || tree.any ? tree : { all: [tree] });
const wordOf = (group) => (group.any ? "any" : "all");

function drawText(face, state, options, words, commit) {
  const area = make("textarea", { class: "form-control form-control-sm code", rows: 3, "aria-label": words.text });
  area.value = state.text;
  area.addEventListener("change", () => commit(area.value.trim() ? { text: area.value } : null, false));
  face.append(area, make("p", { class: "form-hint" }, words.textHint));
}

function drawGroup(group, options, words, onchange, outermost) {
  const word = wordOf(group);
  const parts = group[word];
  const set = (next) => onchange({ [word]: next });
  const box = make("div", { class: outermost ? "chips" : "chips chips-inner" });
  parts.forEach((part, place) => {
    const replace = (next) => set(parts.map((other, at) => (at === place ? next : other)));
    const joint = place === 0 ? null : jointOf(word, parts, words, onchange);
    const body = part.all || part.any ? drawGroup(part, options, words, replace, false) : drawTest(part, options, words, replace);
    const drop = iconButton("x", words.remove, () => set(parts.filter((_, at) => at !== place)));
    box.append(make("div", { class: "chip-row" }, joint, body, drop));
  });
  const more = make("div", { class: "chip-more" }, adder(words.add, () => set([...parts, fresh(options)])));
  if (outermost && parts.length) more.append(adder(words.addGroup, () => set([...parts, { [word === "all" ? "any" : "all"]: [fresh(options), fresh(options)] }])));
  box.append(more);
  return box;
}

const jointOf = (word, parts, words, onchange) =>
  make("span", { class: "chip-word" }, select([["all", words.and], ["any", words.or]], word, words.join, (next) => onchange({ [next]: parts })));
const adder = (label, onclick) => make("button", { type: "button", class: "btn btn-sm btn-ghost-primary", onclick }, "+ ", label);

function fresh(options) {
  const field = options.fields[0];
  return { field: field?.field ?? "", op: opsOf(field, options.ops)[0], value: firstValue(field) };
}
const firstValue = (field) => (field?.choices?.length ? field.choices[0].value : field?.kind === "yes_no" ? true : "");

function drawTest(test, options, words, onchange) {
  const field = options.fields.find((known) => JSON.stringify(known.field) === JSON.stringify(test.field));
  const named = options.fields.map((known) => [known.field, known.title]);
  const ops = opsOf(field, options.ops);
  const row = make("span", { class: "chip-test" });
  row.append(select(named, test.field, words.field, (next) => {
    const chosen = options.fields.find((known) => JSON.stringify(known.field) === JSON.stringify(next));
    onchange({ field: next, op: opsOf(chosen, options.ops)[0], value: firstValue(chosen) });
  }));
  row.append(select((ops.includes(test.op) ? ops : [test.op, ...ops]).map((op) => [op, words.ops[op] || op]), test.op, words.compare,
    (op) => onchange(withOp(test, op, field))));
  if (needsValue(test.op)) row.append(valueControl(field, test.op, test.value, words, (value) => onchange({ ...test, value })));
  return row;
}

function withOp(test, op, field) {
  if (!needsValue(op)) return { field: test.field, op };
  const listed = op === "in" || op === "nin";
  const value = test.value === undefined ? firstValue(field) : test.value;
  return { field: test.field, op, value: listed ? (Array.isArray(value) ? value : [value]) : Array.isArray(value) ? value[0] ?? "" : value };
}
