/** The test run: on what, and its way over the canvas with what each step was given and gave. */
import { isNarrow } from "../elements.js";
import { get, post } from "../server.js";

/** `begin(record)` opens it with a record, `end()` takes its colours away, `tells(choice)` shows a step's values if it runs. */
export function keepTrying(desk, url) {
  const { panel, canvas, words } = desk;
  const page = document.getElementById("flow-designer");
  let told = null;
  let last = null;
  let waiting;

  async function open(record = "") {
    end();
    const answer = await get(record ? `${url}?record=${encodeURIComponent(record)}` : url);
    if (!answer.ok) return;
    canvas.choose({ kind: "", ids: [] });
    put(answer.body);
    if (isNarrow()) canvas.fit();
    panel.querySelector("button[type=submit]").focus({ preventScroll: true }); // on a phone it stands below what is to be read first
  }

  function put(html) {
    panel.innerHTML = html; // our own server's escaped page part
    page.classList.add("panel-open");
  }

  async function attempt(body) {
    const form = panel.querySelector("#try-form");
    if (form) say(words.trying);
    const answer = await post(url, body);
    if (answer.status === 422 && answer.body.questions) {
      panel.querySelector("#try-questions").innerHTML = answer.body.questions; // our own server's escaped page part
      panel.querySelector(".q-wrong input, .q-wrong select, .q-wrong textarea")?.focus();
      return say(words.notTried);
    }
    if (!answer.ok) return say(answer.body?.detail || words.offline);
    [told, last] = [answer.body.told, body];
    canvas.trace(told);
    canvas.show(Object.keys(told.states)[0]);
    put(answer.body.html);
    panel.querySelector(".try-banner").focus({ preventScroll: true });
  }

  function say(text) {
    const state = panel.querySelector("#try-state");
    if (state) state.textContent = text;
  }

  function end() {
    if (!told) return;
    told = null;
    canvas.trace(null);
  }

  function tells({ kind, ids }) {
    if (!told || kind !== "node") return false;
    const step = panel.querySelector(`[data-step="${CSS.escape(ids[0])}"] details`);
    if (!step) return false;
    for (const other of panel.querySelectorAll("[data-step] details[open]")) other.open = other === step;
    step.open = true;
    step.scrollIntoView({ block: "nearest" });
    return true;
  }

  panel.addEventListener("submit", (event) => {
    if (!event.target.matches("#try-form")) return;
    event.preventDefault();
    attempt(new FormData(event.target));
  });
  panel.addEventListener("change", (event) => {
    const form = event.target.closest("#try-form");
    if (!form) return;
    if (event.target.name === "on") for (const part of form.querySelectorAll("[data-on]")) part.hidden = part.dataset.on !== event.target.value;
    else if (event.target.closest("#try-questions")) unfold(form);
  });
  panel.addEventListener("input", (event) => {
    if (event.target.id !== "try-search") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => find(event.target.value), 200);
  });
  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-try-again]")) open();
    if (event.target.closest("[data-try-anyway]")) {
      last.set("anyway", "yes");
      attempt(last);
    }
    const step = event.target.closest("[data-step]");
    if (step && told) canvas.center(step.dataset.step);
  });

  /** Ask what these answers ask; who was in a question stays there. */
  async function unfold(form) {
    const answer = await post(`${url}/form`, new FormData(form));
    const questions = panel.querySelector("#try-questions");
    if (!answer.ok || !questions) return;
    const { id } = document.activeElement;
    questions.innerHTML = answer.body; // our own server's escaped page part
    if (id && !questions.contains(document.activeElement)) document.getElementById(id)?.focus();
  }

  async function find(text) {
    const answer = await get(`${url}/records?q=${encodeURIComponent(text)}`);
    const found = panel.querySelector("#try-records");
    if (answer.ok && found) found.innerHTML = answer.body; // our own server's escaped page part
  }

  document.getElementById("try").addEventListener("click", () => open());
  return { begin: (record) => record && open(record), end, tells };
}
