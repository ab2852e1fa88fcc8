/** The draft as this page knows it: every act is sent, kept, and can be undone. */
import { get, inTurn, post } from "../server.js";
import { keepHistory } from "../undo.js";

export const page = document.getElementById("form-designer");
export const words = JSON.parse(page.dataset.words);
export const at = (name) => `${page.dataset.base}/${name}`;

/** Tells "taken" (detail: what the server answered to a kept act, `fromPanel`) and "refused". */
export const draft = new EventTarget();

const state = document.getElementById("save-state");
let rev = Number(page.dataset.rev);

/** One act on the form, or with `role` on who may see and change its questions; resolves to what the server answered,
    or to null where it was refused. */
export function edit(act) {
  say("saving");
  return inTurn(async () => take(await carryOut(act)));
}

const carryOut = (act) => send(at(act.role ? "access" : "edit"), (now) => ({ ...act, rev: now }));

/** Keep what `body(rev)` gives at another address; resolves to the whole answer. */
export function keep(url, body, more = {}) {
  say("saving");
  return inTurn(async () => {
    const answer = await send(url, body);
    take(answer, { fromPanel: true, ...more });
    return answer;
  });
}

const past = keepHistory((way) => inTurn(async () => {
  say("saving");
  const answer = await carryOut({ ...way, op: "restore", from: way.to, to: way.from });
  return take(answer, { isRestored: true })?.change ?? null;
}));

/** Post; where somebody else was quicker, fetch what is there now and post once more: acts name fields, not places. */
async function send(url, body) {
  const answer = await post(url, body(rev));
  if (answer.status !== 412) return answer;
  const fresh = await get(at("sheet"));
  if (!fresh.ok) return answer;
  rev = fresh.body.rev;
  draft.dispatchEvent(new CustomEvent("overtaken", { detail: fresh.body }));
  return { ...(await post(url, body(rev))), raced: true };
}

function take(answer, { fromPanel = false, isRestored = false } = {}) {
  if (!answer.ok) return refused(answer);
  rev = answer.body.rev;
  if (!isRestored && answer.body.change) past.done(answer.body.change);
  say(answer.raced ? "raced" : "saved");
  draft.dispatchEvent(new CustomEvent("taken", { detail: { ...answer.body, fromPanel, isRestored } }));
  return answer.body;
}

function refused(answer) {
  say(answer.status === 0 ? "offline" : "refused");
  const why = answer.body?.errors?.map((error) => error.message).join(" ") || answer.body?.detail || "";
  if (answer.status && why) state.textContent = `${words.refused}: ${why}`;
  return null;
}

export function say(what) {
  state.textContent = words[what];
  state.dataset.state = what;
}

/** Whether something is on its way, or could not be sent. */
export const isUnsaved = () => ["saving", "offline"].includes(state.dataset.state);
