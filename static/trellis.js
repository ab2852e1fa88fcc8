// What every page does: CSRF on htmx requests, toasts, confirmation, sheets, look, keys, copying.

import { toast } from "./toast.js";

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRFToken"] = token();
});

// --- toasts -------------------------------------------------------------------------------------

const toasts = document.getElementById("toasts");

function expire(note) {
  if (note.dataset.seen) return;
  note.dataset.seen = "1";
  const leave = () => (note.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : note.remove());
  setTimeout(leave, note.classList.contains("toast-danger") ? 15000 : 7000);
}

new MutationObserver(() => toasts.querySelectorAll("[data-toast]").forEach(expire)).observe(toasts, { childList: true });
toasts.querySelectorAll("[data-toast]").forEach(expire);

// A request that never reached the server: said once, nothing typed is touched.
document.addEventListener("htmx:error", () => {
  const words = { "zh-CN": "网络不通，内容还在本页，稍后再试。", en: "No connection. What you typed is still here; try again." };
  if (!toasts.querySelector(".toast-offline")) {
    toast(words[document.documentElement.lang] ?? words.en, "danger");
    toasts.lastElementChild.classList.add("toast-offline");
  }
});

// --- asking before what cannot be undone -----------------------------------------------------------

const dialog = document.getElementById("confirm");

function ask(text, label) {
  dialog.querySelector("#confirm-text").textContent = text;
  const yes = dialog.querySelector('[value="yes"]');
  yes.textContent = label || yes.dataset.label;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

document.addEventListener("htmx:confirm", (event) => {
  event.preventDefault();
  const { ctx, issueRequest, dropRequest } = event.detail;
  ask(ctx.confirm, ctx.sourceElement.dataset.confirmLabel).then((yes) => (yes ? issueRequest() : dropRequest()));
});

document.addEventListener("submit", async (event) => {
  const from = event.submitter?.dataset.confirm ? event.submitter : event.target;
  if (!from.dataset.confirm || event.target.dataset.asked) return;
  event.preventDefault();
  event.stopPropagation();
  if (!(await ask(from.dataset.confirm, from.dataset.confirmLabel))) return;
  event.target.dataset.asked = "1";
  event.target.requestSubmit(event.submitter ?? undefined);
  delete event.target.dataset.asked;
}, true);

// --- clicks ---------------------------------------------------------------------------------------

const acts = {
  "[data-toast-close]": (it) => it.closest("[data-toast]").remove(),
  "[data-opens]": (it) => document.querySelector(it.dataset.opens)?.showModal(),
  "[data-closes]": (it) => it.closest("dialog")?.close(),
  "[data-back]": () => history.back(),
  "[data-theme-switch]": () => {
    const root = document.documentElement;
    const next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    document.cookie = `theme=${next}; path=/; max-age=31536000; SameSite=Lax`;
    root.setAttribute("data-bs-theme", next);
  },
};

document.addEventListener("click", (event) => {
  for (const [selector, act] of Object.entries(acts)) {
    const it = event.target.closest?.(selector);
    if (it) return act(it);
  }
  if (event.target.matches?.("dialog.sheet")) event.target.close();
  for (const it of document.querySelectorAll("details[data-menu][open]")) it.open = it.contains(event.target);
});

// --- keys -----------------------------------------------------------------------------------------

const typing = (it) => it.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details[data-menu][open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  if (event.key === "/" && !typing(event.target)) {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); }
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    const form = document.querySelector("form[data-saves]");
    if (form) { event.preventDefault(); form.requestSubmit(); }
  }
});

// --- focus what asks for it: an error summary first of all ------------------------------------------

document.querySelector("[data-focus]")?.focus();
document.addEventListener("htmx:after:swap", () => document.querySelector("[data-focus]:not([data-focused])")?.focus());
document.addEventListener("focusin", (event) => event.target.matches?.("[data-focus]") && (event.target.dataset.focused = "1"));

// --- copying -------------------------------------------------------------------------------------

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const field = button.parentElement.querySelector("input");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // a page without HTTPS has no clipboard of its own
  }
  toast(button.dataset.done, "success");
});
