// A message at the edge of the page. Nothing happens when this file is loaded, so that any module may import it.

export function toast(text, kind = "success") {
  const note = document.createElement("div");
  note.className = `toast-note toast-${kind}`;
  note.dataset.toast = "";
  note.textContent = text;
  document.getElementById("toasts").append(note);
}
