/** Undo and redo: an entry for each act, whatever the page needs to go back. */

const MOST = 50;

/** `restore(entry)` takes an act back and resolves to the entry that would do it again, or to null where it could not. */
export function keepHistory(restore) {
  const [undo, redo] = ["undo", "redo"].map((id) => document.getElementById(id));
  const stacks = { past: [], future: [] };
  let busy = false;

  function show() {
    undo.disabled = !stacks.past.length;
    redo.disabled = !stacks.future.length;
  }

  async function go(from, to) {
    if (busy || !stacks[from].length) return;
    busy = true;
    const replaced = await restore(stacks[from].pop());
    if (replaced) stacks[to].push(replaced);
    busy = false;
    show();
  }

  let typed = null; // the text field that was typed in and not left since: it has an undo of its own
  document.addEventListener("input", (event) => (typed = event.target));
  for (const over of ["change", "focusout"]) document.addEventListener(over, () => (typed = null));

  undo.addEventListener("click", () => go("past", "future"));
  redo.addEventListener("click", () => go("future", "past"));
  document.addEventListener("keydown", (event) => {
    const isTyping = typed === event.target && event.target.matches("input:not([type=radio], [type=checkbox]), textarea");
    if (isTyping || event.altKey || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) go("future", "past");
    else go("past", "future");
  });

  return {
    /** An act changed what was `before`; nothing was changed where that is null. */
    done(before) {
      if (!before) return;
      stacks.past = [...stacks.past.slice(1 - MOST), before];
      stacks.future = [];
      show();
    },
    /** Somebody else changed the document too: going back would undo their work. */
    forget() {
      stacks.past = [];
      stacks.future = [];
      show();
    },
  };
}
