// The generated form: drafts save themselves, records and people are found by typing, files go up as they are picked.

import { toast } from "./toast.js";

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const changed = (it) => it.dispatchEvent(new Event("change", { bubbles: true }));

// --- drafts -------------------------------------------------------------------------------------

const form = document.querySelector("form[data-draft]");
let waiting = 0;
let dirty = false;
let sending = false;

const say = (words) => {
  const state = document.querySelector("[data-draft-state]");
  if (state) state.textContent = words ?? "";
};

const sendDraft = () => fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-CSRFToken": token() } });

// Whoever signed in again in another tab holds a new token; the page that was left open takes it over.
async function takeNewToken() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const fresh = page.querySelector('meta[name="csrf-token"]')?.content ?? "";
  document.querySelector('meta[name="csrf-token"]').content = fresh;
  for (const it of document.querySelectorAll('input[name="csrf_token"]')) it.value = fresh;
}

async function keepDraft() {
  clearTimeout(waiting);
  if (!dirty) return;
  dirty = false;
  try {
    let answer = await sendDraft();
    if (answer.status === 403) {
      await takeNewToken();
      answer = await sendDraft();
    }
    const refused = answer.status === 401 ? form.dataset.wordsEnded : form.dataset.wordsNotKept;
    say(answer.ok ? form.dataset.wordsKept : refused);
    dirty ||= !answer.ok;
  } catch {
    dirty = true;
    say(form.dataset.wordsNotKept);
  }
}

// What was typed last is kept before the page is given up for its answer: a session that has ended or a cut line loses nothing.
async function sendOnceKept(button) {
  if (sending) return;
  sending = true;
  if (button) button.disabled = true;
  await keepDraft();
  if (button) button.disabled = false;
  sending = false;
  if (!dirty) form.requestSubmit(button);
}

if (form) {
  const typed = (event) => {
    if (event.target.type === "file" && !event.detail) return;
    dirty = true;
    say("");
    clearTimeout(waiting);
    waiting = setTimeout(keepDraft, 1200);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const button = event.submitter;
    if (dirty) {
      event.preventDefault();
      sendOnceKept(button);
      return;
    }
    clearTimeout(waiting);
    setTimeout(() => button && (button.disabled = true)); // after its value has gone into the request
  });
  addEventListener("pagehide", () => dirty && navigator.sendBeacon(form.dataset.draft, new URLSearchParams(new FormData(form))));
  addEventListener("pageshow", () => form.querySelectorAll("button:disabled").forEach((button) => (button.disabled = false)));
  addEventListener("online", keepDraft);
}

// --- the same record twice -------------------------------------------------------------------------

const similarNames = JSON.parse(form?.dataset.similarNames || "{}");

async function showSimilar(input) {
  const url = new URL(form.dataset.similar, location.href);
  url.searchParams.set("field", similarNames[input.name]);
  url.searchParams.set("value", input.value);
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  const question = input.closest(".q");
  if (!answer?.ok || !question) return;
  let note = question.querySelector(".similar");
  if (!note) question.append((note = Object.assign(document.createElement("div"), { className: "similar", role: "status" })));
  note.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.children);
}

form?.addEventListener("change", (event) => {
  if (similarNames[event.target.name]) showSimilar(event.target);
});

// --- finding by typing ----------------------------------------------------------------------------

const boxOf = (it) => it.closest?.("[data-finder]");
const inputOf = (box) => box.querySelector('[role="combobox"]');
const listOf = (box) => box.querySelector('[role="listbox"]');
const found = (box) => [...box.querySelectorAll('[role="option"]')];

function close(box) {
  listOf(box).hidden = true;
  inputOf(box).setAttribute("aria-expanded", "false");
  inputOf(box).removeAttribute("aria-activedescendant");
}

function mark(box, option) {
  for (const it of found(box)) it.setAttribute("aria-selected", String(it === option));
  if (!option) return;
  inputOf(box).setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function open(box) {
  found(box).forEach((it, number) => (it.id = `${listOf(box).id}-${number}`));
  listOf(box).hidden = false;
  inputOf(box).setAttribute("aria-expanded", "true");
}

// What was found for other text must not be picked by a quick hand.
function forget(box) {
  listOf(box).replaceChildren();
  close(box);
}

function pick(box, id, label) {
  box.querySelector("[data-finder-value]").value = id;
  inputOf(box).value = label;
  close(box);
  changed(box.querySelector("[data-finder-value]"));
}

document.addEventListener("input", (event) => {
  const box = event.target.matches?.('[role="combobox"]') && boxOf(event.target);
  if (!box) return;
  box.querySelector("[data-finder-value]").value = event.target.value; // kept even if nothing is picked
  forget(box);
}, true);

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.('[role="combobox"]') && !event.target.value) event.target.dispatchEvent(new Event("openlist"));
});

document.addEventListener("focusout", (event) => {
  const box = boxOf(event.target);
  if (box && !box.contains(event.relatedTarget)) close(box);
});

document.addEventListener("htmx:after:swap", (event) => {
  const box = event.target.matches?.('[role="combobox"]') && boxOf(event.target);
  if (!box) return;
  const asked = new URL(event.detail.ctx.request.action, location.href).searchParams.get("_q");
  if (asked !== event.target.value) forget(box);
  else if (document.activeElement === event.target) open(box);
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.('[data-finder] [role="option"]');
  if (!option) return;
  event.preventDefault();
  pick(boxOf(option), option.dataset.id, option.dataset.label);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-finder-clear]");
  if (!button) return;
  pick(boxOf(button), "", "");
  inputOf(boxOf(button)).focus();
});

document.addEventListener("keydown", (event) => {
  const box = event.target.matches?.('[role="combobox"]') && boxOf(event.target);
  if (!box) return;
  const options = found(box);
  const at = options.findIndex((it) => it.getAttribute("aria-selected") === "true");
  const shown = !listOf(box).hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!shown) return options.length ? open(box) : event.target.dispatchEvent(new Event("openlist"));
    mark(box, options.at((at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1)) % options.length));
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (shown && at >= 0) pick(box, options[at].dataset.id, options[at].dataset.label);
  } else if (event.key === "Escape" && shown) {
    event.stopPropagation();
    close(box);
  }
});

// --- files ----------------------------------------------------------------------------------------

function entry(box, name) {
  const item = document.createElement("li");
  item.className = "file file-busy";
  const face = Object.assign(document.createElement("span"), { className: "file-face", textContent: name.split(".").pop().slice(0, 4).toUpperCase() });
  const label = Object.assign(document.createElement("span"), { className: "file-name", textContent: `${box.dataset.wordsBusy} ${name}` });
  const drop = Object.assign(document.createElement("button"), { className: "file-drop", type: "button", textContent: "×" });
  drop.dataset.fileDrop = "";
  drop.setAttribute("aria-label", `${box.dataset.wordsDrop} ${name}`);
  item.append(face, label, drop);
  box.querySelector(".file-list").append(item);
  return item;
}

function arrived(box, item, file) {
  const kept = Object.assign(document.createElement("input"), { type: "hidden", name: box.dataset.name });
  kept.value = JSON.stringify({ id: file.id, name: file.name, size: file.size, type: file.type });
  item.classList.remove("file-busy");
  item.querySelector(".file-name").textContent = file.name;
  if (file.type?.startsWith("image/")) {
    item.querySelector(".file-face").replaceWith(Object.assign(document.createElement("img"), { className: "file-face", src: `${box.dataset.upload}${encodeURIComponent(file.id)}?thumb=1`, alt: "" }));
  }
  item.prepend(kept);
  changed(kept);
}

function failed(box, item, words) {
  item.className = "file-wrong";
  item.querySelector(".file-face").remove();
  item.querySelector(".file-name").replaceWith(words);
}

async function send(box, file) {
  const item = entry(box, file.name);
  const body = new FormData();
  body.append("file", file);
  try {
    const answer = await fetch(box.dataset.upload, { method: "POST", body, headers: { "X-CSRFToken": token(), Accept: "application/json" } });
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) arrived(box, item, said);
    else failed(box, item, said.detail || said.title || box.dataset.wordsFailed);
  } catch {
    failed(box, item, box.dataset.wordsFailed);
  }
}

document.addEventListener("change", async (event) => {
  const box = event.target.type === "file" && event.target.closest("[data-files]");
  if (!box) return;
  const room = Number(box.dataset.most) - box.querySelectorAll('input[type="hidden"]').length;
  const files = [...event.target.files];
  event.target.value = "";
  if (files.length > room) toast(box.dataset.wordsMost, "warning");
  for (const file of files.slice(0, room)) await send(box, file);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-file-drop]");
  if (!button) return;
  const box = button.closest("[data-files]");
  button.closest("li").remove();
  changed(box);
  box.querySelector('input[type="file"]').focus();
});
