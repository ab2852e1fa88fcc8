// A board: cards are dragged by mouse and touch, moved by keys or from a menu; what was refused slides back and says why.

import { glide, part, post, refuse, why } from "./server.js";

const board = document.getElementById("board");
const sheet = document.getElementById("move-sheet");
const words = board.dataset;
const POLL = 20_000;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

const lanes = () => [...board.querySelectorAll("[data-lane]")];
const laneOf = (it) => it.closest("[data-lane]");
const laneAt = (key) => lanes().find((lane) => lane.dataset.lane === key);
const listOf = (lane) => lane.querySelector("[data-cards]");
const cardsOf = (lane) => [...lane.querySelectorAll("[data-card]")];
const focusOn = (card) => card?.querySelector("[data-focusable]").focus();
const titleOf = (lane) => lane.querySelector("h2").textContent;
const address = (act) => `${words.board}/${act}?${words.query}`;
let busy = 0;

// --- moving -----------------------------------------------------------------------------------------

/** `back` puts the card where it was; it is called when the server says no. */
async function move(card, lane, back) {
  busy += 1;
  const answer = await post(address("move"), { record: card.dataset.card, rev: Number(card.dataset.rev), to: lane.dataset.lane });
  busy -= 1;
  if (answer.ok) {
    card.dataset.rev = answer.body.rev;
    board.dataset.mark = answer.body.mark;
    count(answer.body.columns);
    say(words.wordsMoved.replace("%", titleOf(lane)));
    return;
  }
  const from = card.getBoundingClientRect();
  if (answer.status === 404) card.remove();
  else back();
  glide(card, from);
  refuse(answer.status === 404 ? words.wordsGone : why(answer, words.wordsOffline), answer.body.fill, words.wordsFill);
  if (answer.status === 412 || answer.status === 404) look();
}

function moveTo(card, lane) {
  if (!lane || !("takes" in lane.dataset) || lane === laneOf(card)) return;
  const [list, next, from] = [card.parentElement, card.nextElementSibling, card.getBoundingClientRect()];
  listOf(lane).prepend(card);
  glide(card, from);
  focusOn(card);
  move(card, lane, () => list.insertBefore(card, next));
}

function count(columns) {
  for (const lane of lanes()) {
    const [number, total] = columns[lane.dataset.lane] ?? ["0", ""];
    lane.querySelector("[data-count]").textContent = number;
    const sum = lane.querySelector("[data-sum]");
    if (sum) sum.textContent = total;
    const tab = tabOf(lane)?.querySelector("[data-tab-count]");
    if (tab) tab.textContent = number;
  }
}

function say(text) {
  document.getElementById("board-said").textContent = text;
}

// --- dragging ---------------------------------------------------------------------------------------

function makeDraggable() {
  for (const list of board.querySelectorAll("[data-cards]")) {
    const takes = "takes" in laneOf(list).dataset;
    window.Sortable.create(list, {
      group: { name: "cards", put: takes },
      sort: false,
      draggable: "[data-card]:has([data-move])",
      filter: "[data-move]",
      preventOnFilter: false,
      animation: still ? 0 : 140,
      forceFallback: true, // a finger on a laptop scrolls the board at its edge too, which the browser's own dragging does for no finger
      delay: 180,
      delayOnTouchOnly: true,
      touchStartThreshold: 6,
      ghostClass: "deal-ghost",
      scroll: true,
      scrollSensitivity: 70,
      onStart: () => { busy += 1; board.classList.add("is-dragging"); },
      onEnd: dropped,
    });
  }
}

function dropped(event) {
  busy -= 1;
  board.classList.remove("is-dragging");
  const { item, from, to, oldIndex } = event;
  if (from === to) return;
  move(item, laneOf(to), () => from.insertBefore(item, from.children[oldIndex] ?? null));
}

// --- the menu ----------------------------------------------------------------------------------------

let chosen = null;

function openMenu(card) {
  chosen = card;
  sheet.querySelector("[data-move-what]").textContent = card.querySelector("[data-focusable]").textContent;
  for (const button of sheet.querySelectorAll("[data-to]")) button.disabled = button.dataset.to === laneOf(card).dataset.lane;
  sheet.showModal();
  sheet.querySelector("[data-to]:not(:disabled)")?.focus();
}

sheet?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-to]");
  if (!button) return;
  sheet.close();
  moveTo(chosen, laneAt(button.dataset.to));
});

board.addEventListener("click", async (event) => {
  const menu = event.target.closest("[data-move]");
  if (menu) return openMenu(menu.closest("[data-card]"));
  const more = event.target.closest("[data-more]");
  if (more) showMore(more);
});

// --- keys --------------------------------------------------------------------------------------------

const beside = (lane, step) => lanes()[lanes().indexOf(lane) + step];

function nextTaking(lane, step) {
  let found = beside(lane, step);
  while (found && !("takes" in found.dataset)) found = beside(found, step);
  return found;
}

function walk(card, key) {
  const cards = cardsOf(laneOf(card));
  const at = cards.indexOf(card);
  if (key === "ArrowDown" || key === "ArrowUp") return focusOn(cards[at + (key === "ArrowDown" ? 1 : -1)]);
  const step = key === "ArrowRight" ? 1 : -1;
  let lane = beside(laneOf(card), step);
  while (lane && !cardsOf(lane).length) lane = beside(lane, step);
  if (lane) focusOn(cardsOf(lane)[Math.min(at, cardsOf(lane).length - 1)]);
}

board.addEventListener("keydown", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (!card) return;
  const may = card.querySelector("[data-move]");
  if (event.key.toLowerCase() === "m" && may && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openMenu(card);
  } else if (event.key.startsWith("Arrow")) {
    event.preventDefault();
    if (!event.altKey) walk(card, event.key);
    else if (may && event.key !== "ArrowUp" && event.key !== "ArrowDown") moveTo(card, nextTaking(laneOf(card), event.key === "ArrowRight" ? 1 : -1));
  }
});

// --- more cards, and what others do -----------------------------------------------------------------------

async function showMore(button) {
  if (button.disabled) return;
  button.disabled = true;
  const found = await part(button.dataset.more);
  button.disabled = false;
  if (!found) return;
  const list = button.closest("[data-cards]");
  const known = new Set([...board.querySelectorAll("[data-card]")].map((card) => card.dataset.card));
  button.closest("li").remove();
  list.append(...[...found.children].filter((it) => !known.has(it.dataset.card)));
  watch();
}

const near = new IntersectionObserver((seen) => seen.filter((one) => one.isIntersecting).forEach((one) => showMore(one.target)), { rootMargin: "200px" });

function watch() {
  near.disconnect();
  for (const button of board.querySelectorAll("[data-more]")) near.observe(button);
}

/** Take over what others changed; a board on which more cards were loaded keeps its place and only its numbers follow. */
async function look() {
  if (busy || document.hidden || sheet?.open) return;
  const found = await part(`${address("columns")}&mark=${encodeURIComponent(board.dataset.mark)}`);
  if (!found || busy || sheet?.open) return;
  const focused = document.activeElement?.closest?.("[data-card]")?.dataset.card;
  const places = new Map(lanes().map((lane) => [lane.dataset.lane, listOf(lane).scrollTop]));
  board.dataset.mark = found.dataset.mark;
  board.replaceChildren(...found.children);
  for (const lane of lanes()) listOf(lane).scrollTop = places.get(lane.dataset.lane) ?? 0;
  focusOn(focused && board.querySelector(`[data-card="${focused}"]`));
  begin();
}

setInterval(look, POLL);
document.addEventListener("visibilitychange", look);

// --- the phone's tabs ----------------------------------------------------------------------------------

const tabs = document.querySelector(".lane-tabs");
const tabOf = (lane) => [...tabs.children].find((tab) => tab.dataset.tab === lane.dataset.lane);

tabs.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  const lane = tab && laneAt(tab.dataset.tab);
  if (lane) board.scrollTo({ left: lane.offsetLeft - board.offsetLeft - 16, behavior: still ? "auto" : "smooth" });
});

const shown = new IntersectionObserver((seen) => {
  if (!tabs.checkVisibility()) return;
  for (const one of seen) {
    const tab = tabOf(one.target);
    if (!tab) continue;
    tab.toggleAttribute("aria-current", one.isIntersecting);
    if (one.isIntersecting) tabs.scrollTo({ left: tab.offsetLeft - tabs.offsetLeft - 40 });
  }
}, { root: board, threshold: 0.6 });

function begin() {
  makeDraggable();
  watch();
  shown.disconnect();
  for (const lane of lanes()) shown.observe(lane);
}

begin();
document.documentElement.dataset.ready = "board";
