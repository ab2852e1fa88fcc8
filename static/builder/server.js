/** Talking to the server: one edit after the other, so that each is made on the document the last one left. */

const token = () => document.querySelector("meta[name=csrf-token]")?.content || "";
let last = Promise.resolve();

/** What a POST says beside its body; a form finds its own type. */
export const headersOf = (type) => ({ "X-CSRFToken": token(), Accept: "application/json", ...(type ? { "Content-Type": type } : {}) });

/** POST JSON or a form; resolves to {ok, status, body}. Never rejects: no connection is status 0. */
export function post(url, body) {
  const isForm = body instanceof FormData;
  return send(url, { method: "POST", headers: headersOf(isForm ? "" : "application/json"), body: isForm ? body : JSON.stringify(body) });
}

/** GET; resolves like `post`. */
export const get = (url) => send(url, { headers: { Accept: "application/json" } });

/** Run `act` after everything queued before it has ended. */
export function inTurn(act) {
  last = last.then(act, act);
  return last;
}

async function send(url, options) {
  try {
    const answer = await fetch(url, { credentials: "same-origin", ...options });
    const isJson = (answer.headers.get("Content-Type") || "").includes("json");
    return { ok: answer.ok, status: answer.status, body: isJson ? await answer.json() : await answer.text() };
  } catch {
    return { ok: false, status: 0, body: null };
  }
}
