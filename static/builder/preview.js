/** Inside a frame of the preview: when the designer says that the form was changed, it is drawn anew with what is answered. */

const tried = document.getElementById("tried");

window.addEventListener("message", (event) => {
  if (event.origin !== location.origin || event.data !== "draft") return;
  window.htmx.ajax("POST", tried.dataset.now, { source: document.getElementById("answers"), target: tried, swap: "innerHTML" });
});
