/** The form as text: checked while it is typed, kept only when it is sound. What was typed survives going to another tab. */
import { make } from "../elements.js";
import { get, post } from "../server.js";
import { at, edit } from "./draft.js";
import { pages } from "./panel.js";

const part = (name) => document.getElementById(`source-${name}`);
let typed = null; // what was changed here and not kept yet
let waiting;

async function show(panel) {
  const answer = await get(at("source"));
  if (!answer.ok) return;
  const place = part("text")?.selectionStart ?? 0;
  const hadFocus = document.activeElement === part("text");
  panel.innerHTML = answer.body; // our own server's escaped page part
  if (typed !== null) part("text").value = typed;
  number();
  if (typed !== null) check();
  if (hadFocus) part("text").focus();
  part("text").setSelectionRange(place, place);
}

function number() {
  const lines = part("text").value.split("\n").length;
  if (part("lines").childElementCount === lines) return;
  part("lines").replaceChildren(...Array.from({ length: lines }, (_, line) => make("span", {}, String(line + 1))));
}

const say = (what) => (part("state").textContent = part("state").dataset[`words${what}`]);

async function check() {
  const text = part("text")?.value;
  if (text === undefined) return null; // another tab is open by now
  const answer = await post(at("source"), { text });
  if (!answer.ok || part("text")?.value !== text) return null;
  const { problems } = answer.body;
  const words = part("problems").dataset.words;
  const item = (one) => make("li", {}, make("button", { type: "button", class: "source-problem", "data-line": one.line, "data-column": one.column },
    make("strong", {}, words.replace("%l", one.line).replace("%c", one.column)), make("span", {}, one.message)));
  part("problems").replaceChildren(...problems.map(item));
  const wrong = new Set(problems.map((one) => one.line));
  [...part("lines").children].forEach((line, place) => line.classList.toggle("source-wrong", wrong.has(place + 1)));
  say(problems.length ? "Wrong" : "Sound");
  part("keep").disabled = problems.length > 0;
  return problems;
}

function goTo(line, column) {
  const text = part("text");
  const before = text.value.split("\n").slice(0, line - 1).join("\n");
  const place = before.length + (line > 1 ? 1 : 0) + column - 1;
  text.focus();
  text.setSelectionRange(place, place);
  const height = text.scrollHeight / Math.max(1, part("lines").childElementCount);
  text.scrollTop = Math.max(0, (line - 5) * height);
}

async function keep() {
  if (typed === null) return;
  clearTimeout(waiting);
  const problems = await check();
  if (!problems) return;
  if (problems.length) return void goTo(problems[0].line, problems[0].column);
  const text = part("text").value;
  const kept = await edit({ op: "replace", text });
  if (!kept || part("text").value !== text) return;
  typed = null;
  part("keep").disabled = true;
  say("Kept");
}

document.addEventListener("input", (event) => {
  if (event.target !== part("text")) return;
  typed = event.target.value;
  number();
  say("Checking");
  part("keep").disabled = true;
  clearTimeout(waiting);
  waiting = setTimeout(check, 400);
});
document.addEventListener("scroll", (event) => {
  if (event.target === part("text")) part("lines").scrollTop = event.target.scrollTop;
}, true);
document.addEventListener("click", (event) => {
  const problem = event.target.closest(".source-problem");
  if (problem) goTo(Number(problem.dataset.line), Number(problem.dataset.column));
  else if (event.target.closest("#source-keep")) keep();
});

pages.source = { show, keep, taken: (detail) => detail.isRestored || typed === null };
window.addEventListener("beforeunload", (event) => typed !== null && event.preventDefault());
