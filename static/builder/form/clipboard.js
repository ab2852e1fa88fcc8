/** Copy, cut and paste of questions: within the form, between forms, between apps. What travels is text: a part of a form. */
import { toast } from "../../toast.js";
import { headersOf } from "../server.js";
import { at, edit, page, words } from "./draft.js";
import { chosen, nextPlace, remove } from "./sheet.js";

const isTyping = (it) => Boolean(it.closest?.("input, textarea, select, [contenteditable]"));
const isMine = (event) => !isTyping(event.target) && !document.querySelector("dialog[open]");

function put(event, isCut) {
  if (!isMine(event) || !chosen.names.length || !getSelection().isCollapsed) return false;
  const fragment = fragmentOf(chosen.names);
  if (!fragment) return false;
  event.clipboardData.setData("text/plain", JSON.stringify(isCut ? { ...fragment, "x-cut": page.dataset.here } : fragment, null, 2));
  event.preventDefault();
  return true;
}

/** Asked for in line: the browser takes what is copied only while the key is being handled, not later. */
function fragmentOf(names) {
  const asked = new XMLHttpRequest();
  asked.open("POST", at("fragment"), false);
  for (const [name, value] of Object.entries(headersOf("application/json"))) asked.setRequestHeader(name, value);
  try {
    asked.send(JSON.stringify({ names }));
    return asked.status === 200 ? JSON.parse(asked.responseText) : null;
  } catch {
    return null;
  }
}

document.addEventListener("copy", (event) => put(event, false) && toast(words.copied, "success"));
document.addEventListener("cut", (event) => put(event, true) && remove(chosen.names));
document.addEventListener("paste", (event) => {
  if (!isMine(event)) return;
  event.preventDefault();
  const found = fragmentIn(event.clipboardData.getData("text/plain"));
  if (found) edit({ op: "paste", fragment: found, ...nextPlace() });
  else toast(words.nothing, "warning");
});

function fragmentIn(text) {
  try {
    const found = JSON.parse(text);
    return found?.format === "form/1" && found.schema ? found : null;
  } catch {
    return null;
  }
}
