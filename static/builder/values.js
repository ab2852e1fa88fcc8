/** The control for one value of a field: a list for choices, a number, a date, yes/no, or text. */
import { make, select } from "./elements.js";

export const OPS = {
  text: ["eq", "ne", "contains", "in", "nin", "empty", "nempty"],
  number: ["eq", "ne", "gt", "gte", "lt", "lte", "empty", "nempty"],
  date: ["eq", "gt", "gte", "lt", "lte", "empty", "nempty"],
  choice: ["eq", "ne", "in", "nin", "empty", "nempty"],
  choices: ["contains", "empty", "nempty"],
  yes_no: ["eq", "empty", "nempty"],
  other: ["eq", "ne", "empty", "nempty"],
};
const FAMILY = { money: "number", number: "number", date: "date", datetime: "date", choice: "choice", choices: "choices",
  yes_no: "yes_no", text: "text", long_text: "text" };

export const familyOf = (field) => FAMILY[field?.kind] || "other";
export const opsOf = (field, known) => OPS[familyOf(field)].filter((op) => !known || known.includes(op));
export const needsValue = (op) => !["empty", "nempty"].includes(op);

/** The control; `onchange` gets a JSON value of the field's own type. */
export function valueControl(field, op, value, words, onchange) {
  if (op === "in" || op === "nin") return several(field, value, words, onchange);
  const family = familyOf(field);
  if (family === "yes_no") return select([[true, words.yes], [false, words.no]], value ?? null, words.value, onchange);
  if (family === "choice" || family === "choices") return select(choicesOf(field), value, words.value, onchange);
  return typed(family, field, value, words, onchange);
}

function typed(family, field, value, words, onchange) {
  const type = family === "number" ? "number" : field?.kind === "date" ? "date" : field?.kind === "datetime" ? "datetime-local" : "text";
  const input = make("input", { type, class: "form-control form-control-sm", "aria-label": words.value, step: "any" });
  input.value = value === null || value === undefined ? "" : type === "datetime-local" ? String(value).slice(0, 16) : value;
  input.addEventListener("change", () => onchange(read(input, family, type)));
  return input;
}

function read(input, family, type) {
  if (input.value === "") return family === "text" || family === "other" ? "" : null;
  if (family === "number") return Number(input.value);
  return type === "datetime-local" ? `${input.value}:00Z` : input.value;
}

function several(field, value, words, onchange) {
  const chosen = Array.isArray(value) ? value : [];
  const options = field?.choices?.length ? choicesOf(field) : null;
  if (!options) {
    const input = make("input", { type: "text", class: "form-control form-control-sm", "aria-label": words.value, placeholder: words.list });
    input.value = chosen.join(", ");
    input.addEventListener("change", () => onchange(input.value.split(/[,，、]/).map((part) => part.trim()).filter(Boolean)));
    return input;
  }
  const box = make("span", { class: "chip-values", role: "group", "aria-label": words.value });
  for (const [option, title] of options) {
    const tick = make("input", { type: "checkbox", class: "form-check-input" });
    tick.checked = chosen.includes(option);
    tick.addEventListener("change", () => onchange(options.map(([known]) => known).filter((known) => known === option ? tick.checked : chosen.includes(known))));
    box.append(make("label", { class: "chip-value" }, tick, title));
  }
  return box;
}

const choicesOf = (field) => (field?.choices || []).map((choice) => [choice.value, choice.title]);
