/** Talking to the server about cards. */

const token = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";

/** POST JSON; resolves to {ok, status, body}. Never rejects: no connection is status 0. */
export async function post(url, body) {
  const headers = { "X-CSRFToken": token(), Accept: "application/json", "Content-Type": "application/json" };
  try {
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    return { ok: answer.ok, status: answer.status, body: await answer.json().catch(() => ({})) };
  } catch {
    return { ok: false, status: 0, body: {} };
  }
}

/** GET a part of a page as its first element; null when there is nothing new, or nothing came. */
export async function part(url) {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" } });
    if (answer.status !== 200) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
  } catch {
    return null;
  }
}

/** What a refusal says, in words. */
export const why = (answer, offline) => (answer.status ? answer.body.why?.join(" ") || answer.body.detail || answer.body.title : offline);

/** A refusal at the edge of the page; where answers are missing, with the way to the form that asks for them. */
export function refuse(text, url, label) {
  const note = Object.assign(document.createElement("div"), { className: "toast-note toast-danger" });
  note.dataset.toast = "";
  note.append(Object.assign(document.createElement("span"), { className: "toast-text", textContent: text }));
  if (url) note.append(Object.assign(document.createElement("a"), { className: "btn", href: url, textContent: label }));
  document.getElementById("toasts").append(note);
}

/** Let an element glide from where it was to where it is. */
export function glide(it, from) {
  const to = it.getBoundingClientRect();
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  it.animate([{ transform: `translate(${from.left - to.left}px, ${from.top - to.top}px)` }, { transform: "none" }], { duration: 220, easing: "ease-out" });
}
