/** The panel where no single step is chosen: nothing, several steps, a frame or a note. */
import { make } from "../elements.js";

const button = (label, act, extra = "") => make("button", { type: "button", class: `btn w-100 mb-2 ${extra}`, onclick: act }, label);

/** What stands in the panel for a choice. */
export function panelOf({ kind, ids }, desk) {
  const { words } = desk;
  if (kind === "node") return several(ids, desk);
  if (kind === "group") return asked(words.groupTitle, "input", group(ids[0], desk), "title", (title) => desk.edit({ op: "name_group", group: ids[0], title }), desk);
  if (kind === "note") return asked(words.noteText, "textarea", note(ids[0], desk), "text", (text) => desk.edit({ op: "write_note", note: ids[0], text }), desk);
  const rest = desk.hasCopied() ? button(words.paste, desk.paste) : null;
  return make("div", { class: "panel-empty" }, make("p", {}, kind === "edge" ? words.line : words.choose), kind === "edge" ? button(words.remove, desk.removeSelected, "btn-ghost-danger") : rest);
}

const group = (id, desk) => desk.flow.groups?.find((one) => one.id === id) || { title: "" };
const note = (id, desk) => desk.flow.notes?.find((one) => one.id === id) || { text: "" };

function several(ids, desk) {
  const { words } = desk;
  return make("div", { class: "panel-several" }, make("h2", {}, words.several.replace("{count}", ids.length)),
    button(words.frame, () => desk.edit({ op: "group", nodes: ids }).then(() => desk.panel.querySelector("input")?.focus())),
    button(words.copy, () => desk.copy()), button(words.remove, desk.removeSelected, "btn-ghost-danger"));
}

function asked(label, tag, one, name, keep, desk) {
  const field = make(tag, { class: "form-control", id: "decor-text", maxlength: tag === "input" ? 200 : 5000, rows: 6, onchange: () => keep(field.value) });
  field.value = one[name] || "";
  const fitting = one.size ? button(desk.words.fit, () => desk.edit({ op: "resize", decor: one.id, size: null }).then(() => desk.openPanel(desk.canvas.selected))) : null;
  return make("div", { class: "panel-decor" }, make("label", { class: "form-label", for: "decor-text" }, label), field,
    make("p", { class: "form-hint" }, desk.words.decorKeys), fitting, make("footer", { class: "panel-foot" }, button(desk.words.remove, desk.removeSelected, "btn-ghost-danger")));
}
