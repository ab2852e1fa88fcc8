// A calendar: entries are dragged to another day by mouse, moved by keys or by naming the day; a refusal says why.

import { part, post, refuse, why } from "./server.js";

const words = document.getElementById("calendar").dataset;
const sheet = document.getElementById("day-sheet");
const input = document.getElementById("day-input");
let dragged = null;
let chosen = null;

const moves = (it) => it?.closest?.("[data-entry][draggable]");

/** The page drawn anew, with the entry that was moved in focus. */
async function draw(id) {
  const page = await part(location.href);
  const fresh = page && (page.ownerDocument.getElementById("calendar"));
  if (!fresh) return location.reload();
  document.getElementById("calendar").replaceWith(document.adoptNode(fresh));
  document.querySelector(`#calendar [data-entry="${id}"]`)?.focus();
}

async function move(entry, day) {
  if (!day || day === entry.dataset.day) return;
  entry.classList.add("is-busy");
  const answer = await post(`${words.calendar}/day`, { record: entry.dataset.entry, rev: Number(entry.dataset.rev), day });
  entry.classList.remove("is-busy");
  if (answer.ok) {
    await draw(entry.dataset.entry);
    document.getElementById("calendar-said").textContent = day;
    return;
  }
  refuse(why(answer, words.wordsOffline), answer.body.fill, words.wordsFill);
  if (answer.status === 412 || answer.status === 404) draw(entry.dataset.entry);
}

function shifted(day, step) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + step);
  return date.toISOString().slice(0, 10);
}

function openSheet(entry) {
  chosen = entry;
  sheet.querySelector("[data-day-what]").textContent = entry.querySelector("span").textContent;
  input.value = entry.dataset.day;
  sheet.returnValue = "";
  sheet.showModal();
  input.focus();
}

sheet.addEventListener("close", () => sheet.returnValue === "yes" && move(chosen, input.value));

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-postpone]");
  if (button) openSheet(button.parentElement.querySelector("[data-entry]"));
});

// --- by mouse ---------------------------------------------------------------------------------------

document.addEventListener("dragstart", (event) => {
  dragged = moves(event.target);
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.entry);
});

const dayUnder = (event) => document.elementsFromPoint(event.clientX, event.clientY).find((it) => it.dataset.drop);

function mark(day) {
  for (const it of document.querySelectorAll(".day-target")) it.classList.toggle("day-target", it === day);
  day?.classList.add("day-target");
}

document.addEventListener("dragover", (event) => {
  const day = dragged && dayUnder(event);
  if (!day) return;
  event.preventDefault();
  mark(day);
});

document.addEventListener("drop", (event) => {
  const day = dragged && dayUnder(event);
  if (!day) return;
  event.preventDefault();
  move(dragged, day.dataset.drop);
});

document.addEventListener("dragend", () => { mark(null); dragged = null; });

// --- by keys ----------------------------------------------------------------------------------------

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

document.addEventListener("keydown", (event) => {
  const entry = moves(event.target);
  if (!entry) return;
  if (event.altKey && STEPS[event.key]) {
    event.preventDefault();
    move(entry, shifted(entry.dataset.day, STEPS[event.key]));
  } else if (event.key.toLowerCase() === "m" && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openSheet(entry);
  }
});

document.documentElement.dataset.ready = "calendar";
