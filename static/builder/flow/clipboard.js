/** Copy, cut and paste of steps: on the clipboard as a flow/1 of their own, so they go between flows and apps. */

const KEPT = "trellis-steps";

/** The chosen steps as the text of a flow/1: they, the lines between them, and where they stand. */
export function fragmentOf(flow, ids) {
  const chosen = new Set(ids);
  const bodies = bodiesOf(flow);
  const nodes = bodies.flatMap((body) => body.nodes.filter((node) => chosen.has(node.id)));
  const edges = bodies.flatMap((body) => body.edges.filter((edge) => chosen.has(edge.source) && chosen.has(edge.target)));
  const all = new Set(nodes.flatMap((node) => bodiesOf({ nodes: [node] }).flatMap((body) => body.nodes.map((one) => one.id))));
  const layout = Object.fromEntries(Object.entries(flow.layout || {}).filter(([id]) => all.has(id)));
  return JSON.stringify({ format: "flow/1", key: "copied", title: flow.title, nodes, edges, layout });
}

const bodiesOf = (part) => [part, ...part.nodes.filter((node) => node.nodes).flatMap(bodiesOf)];

export function keepClipboard(desk) {
  const isTyping = (event) => event.target.closest?.("input, textarea, select, [contenteditable]") || String(getSelection());

  function copied() {
    const { kind, ids } = desk.canvas.selected;
    if (kind !== "node") return "";
    const text = fragmentOf(desk.flow, ids);
    localStorage.setItem(KEPT, text);
    return text;
  }

  function onCopy(event) {
    const text = isTyping(event) ? "" : copied();
    if (!text) return;
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    if (event.type === "cut") desk.removeSelected();
  }

  const paste = (document) => desk.edit({ op: "paste", document });
  document.addEventListener("copy", onCopy);
  document.addEventListener("cut", onCopy);
  document.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (isTyping(event) || !text.includes('"flow/1"')) return;
    event.preventDefault();
    paste(text);
  });
  /** The same by button, where there is no keyboard; what was copied is kept by the browser. */
  desk.copy = copied;
  desk.paste = () => localStorage.getItem(KEPT) && paste(localStorage.getItem(KEPT));
  desk.hasCopied = () => Boolean(localStorage.getItem(KEPT));
}
