/** When something happens again and again. State: a shape, `{kind: "day" | "week" | "month" | "every" | "cron", …}`. */
import { make, mountEach, select } from "./elements.js";

const FRESH = {
  day: { at: "09:00" },
  week: { days: [1], at: "09:00" },
  month: { day: "1", at: "09:00" },
  every: { count: 2, unit: "hours" },
  cron: { cron: "0 9 * * 1-5" },
};

mountEach("plan", (face, state, options, words, commit) => {
  const shape = state || { kind: "day", ...FRESH.day };
  const set = (name) => (value) => commit({ ...shape, [name]: value }, false);
  const change = (kind) => commit({ kind, ...FRESH[kind], ...("at" in shape && "at" in FRESH[kind] ? { at: shape.at } : {}) });
  const kinds = select(words.kinds, shape.kind, words.kind, change);
  face.append(make("div", { class: "plan-row" }, kinds, ...DETAILS[shape.kind](shape, words, set, commit)));
  face.append(make("p", { class: "plan-next form-hint", role: "status" },
    options.next?.length ? `${words.next}: ${options.next.join(" · ")}` : words.never));
});

const DETAILS = {
  day: (shape, words, set) => [time(shape, words, set)],
  week: (shape, words, set, commit) => [weekdays(shape, words, commit), time(shape, words, set)],
  month: (shape, words, set) => {
    const days = Array.from({ length: 31 }, (_, day) => [String(day + 1), String(day + 1)]);
    return [select([...days, ["L", words.last]], String(shape.day), words.day, set("day")), time(shape, words, set)];
  },
  every: (shape, words, set) => [
    input({ type: "number", min: 1, max: 9999, step: 1, value: shape.count ?? "" }, words.count, (text) => set("count")(Number(text) || null)),
    select(words.units, shape.unit, words.unit, set("unit")),
    make("label", { class: "plan-start" }, words.start,
      input({ type: "datetime-local", value: shape.start ?? "" }, words.start, (text) => set("start")(text || null))),
  ],
  cron: (shape, words, set) => [input({ type: "text", value: shape.cron ?? "", spellcheck: "false", class: "form-control form-control-sm plan-cron" }, words.cron, set("cron"))],
};

const time = (shape, words, set) => input({ type: "time", value: shape.at, required: true }, words.at, set("at"));

function input(attributes, label, onchange) {
  const element = make("input", { class: "form-control form-control-sm", "aria-label": label, title: label, ...attributes });
  element.addEventListener("change", () => element.validity.valid && onchange(element.value));
  return element;
}

function weekdays(shape, words, commit) {
  const box = make("span", { class: "plan-days", role: "group", "aria-label": words.days.join(" ") });
  words.days.forEach((title, place) => {
    const day = place + 1;
    const tick = make("input", { type: "checkbox", class: "form-check-input", checked: shape.days.includes(day) });
    tick.addEventListener("change", () => {
      const days = words.days.map((_, at) => at + 1).filter((known) => (known === day ? tick.checked : shape.days.includes(known)));
      commit(days.length ? { ...shape, days } : shape);
    });
    box.append(make("label", { class: "plan-day" }, tick, title));
  });
  return box;
}
