/** A value that is fixed, or worked out by a formula with fields put in from a list. */
import { make, mountEach, select } from "./elements.js";
import { valueControl } from "./values.js";

export const firstOf = (field) => (field?.choices?.length ? { value: field.choices[0].value } : field?.kind === "yes_no" ? { value: true } : { value: "" });

/** Either the field's own control or a formula line, with a switch between them. */
export function valueOrFormula(field, given, options, words, onchange) {
  const asText = "text" in (given || {});
  const kind = select([[false, words.fixed], [true, words.formula]], asText, words.kind, (next) => onchange(next ? { text: "" } : firstOf(field)));
  kind.classList.add("chip-kind");
  const body = asText ? formulaLine(given.text, options, words, (text) => onchange({ text }))
    : valueControl(field, "eq", given?.value, words, (value) => onchange({ value }));
  return make("span", { class: "chip-test" }, kind, body);
}

/** A formula line and the list of what can be put into it. */
export function formulaLine(text, options, words, onchange) {
  const input = make("input", { class: "form-control form-control-sm code", "aria-label": words.formula, placeholder: words.formulaHint, spellcheck: "false" });
  input.value = text;
  input.addEventListener("change", () => onchange(input.value));
  return make("span", { class: "formula" }, input, inserter(options, words, (field) => {
    put(input, field.source);
    onchange(input.value);
  }));
}

function inserter(options, words, onchoose) {
  const named = (options.fields || []).map((field) => [field, field.title]);
  const list = select([[null, words.insert], ...named], null, words.insert, (field) => field && onchoose(field));
  list.classList.add("inserter");
  return list;
}

function put(input, text) {
  const at = input.selectionStart ?? input.value.length;
  input.value = input.value.slice(0, at) + text + input.value.slice(input.selectionEnd ?? at);
}

mountEach("expression", (face, state, options, words, commit) => {
  face.append(formulaLine(state?.text ?? "", options, words, (text) => commit(text.trim() ? { text } : null, false)));
});

mountEach("template_text", (face, state, options, words, commit) => {
  const tag = options.long ? "textarea" : "input";
  const input = make(tag, { class: "form-control", "aria-label": words.text, rows: options.long ? 4 : null });
  input.value = state?.text ?? "";
  const keep = () => commit(input.value ? { text: input.value } : null, false);
  input.addEventListener("change", keep);
  face.append(input, inserter(options, words, (field) => {
    put(input, `{{ ${field.source} }}`);
    keep();
  }));
});
