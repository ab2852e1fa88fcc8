// Comments: after @ the people whose names fit are offered; whom one picks is named in the text and sent by id.

const boxOf = (it) => it.closest?.("form[data-talk]");
const partsOf = (form) => [form.querySelector("textarea"), form.querySelector('[role="listbox"]')];
let asked = 0;

// The word behind the last @ before the caret; null when there is none.
function word(area) {
  const before = area.value.slice(0, area.selectionStart);
  return /@([^\s@]{0,20})$/.exec(before)?.[1] ?? null;
}

function close(form) {
  const [area, list] = partsOf(form);
  list.hidden = true;
  list.replaceChildren();
  area.removeAttribute("aria-activedescendant");
}

async function offer(form) {
  const [area, list] = partsOf(form);
  const text = word(area);
  const mine = (asked += 1);
  if (text === null) return close(form);
  const answer = await fetch(`${form.dataset.talk}?${new URLSearchParams({ _q: text })}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok || mine !== asked) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll('[role="option"]');
  list.replaceChildren(...found);
  [...list.children].forEach((it, number) => (it.id = `${list.id}-${number}`));
  list.hidden = !found.length;
  mark(form, 0);
}

function mark(form, number) {
  const [area, list] = partsOf(form);
  const options = [...list.children];
  const chosen = options.at(options.length ? number % options.length : 0);
  for (const it of options) it.setAttribute("aria-selected", String(it === chosen));
  if (!chosen) return;
  area.setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
}

function pick(form, option) {
  const [area] = partsOf(form);
  const end = area.selectionStart;
  const start = end - word(area).length;
  area.setRangeText(`${option.dataset.label} `, start, end, "end");
  const named = Object.assign(document.createElement("input"), { type: "hidden", name: "mention", value: option.dataset.id });
  form.append(named);
  close(form);
  area.focus();
}

document.addEventListener("input", (event) => {
  const form = event.target.matches?.("textarea") && boxOf(event.target);
  if (form) offer(form);
});

document.addEventListener("keydown", (event) => {
  const form = event.target.matches?.("textarea") && boxOf(event.target);
  if (!form) return;
  const [, list] = partsOf(form);
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") return form.requestSubmit();
  if (list.hidden) return;
  const at = [...list.children].findIndex((it) => it.getAttribute("aria-selected") === "true");
  const acts = {
    ArrowDown: () => mark(form, at + 1),
    ArrowUp: () => mark(form, at - 1 + list.children.length),
    Enter: () => pick(form, list.children[at]),
    Tab: () => pick(form, list.children[at]),
    Escape: () => close(form),
  };
  if (!acts[event.key]) return;
  event.preventDefault();
  acts[event.key]();
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.('form[data-talk] [role="option"]');
  if (!option) return;
  event.preventDefault();
  pick(boxOf(option), option);
});

document.addEventListener("focusout", (event) => {
  const form = boxOf(event.target);
  if (form && !form.contains(event.relatedTarget)) close(form);
});
