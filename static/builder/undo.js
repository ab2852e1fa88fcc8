/** Undo and redo: the text of the document before each act, as the server gave it. */

const MOST = 50;

/** `restore(text)` puts a document back and resolves to the text of the one it replaced, or to null where it could not. */
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

  undo.addEventListener("click", () => go("past", "future"));
  redo.addEventListener("click", () => go("future", "past"));
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type=radio], [type=checkbox]), textarea");
    if (isTyping || !(event.ctrlKey || event.metaKey)) return;
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
