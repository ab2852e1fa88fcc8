/** Steps that were just added: what they still lack is said calmly until they are left, or all is checked. */

/** `add(ids)`, `leave(chosen ids)` and `all()` say whether anything changed; `calm(drawing)` is the drawing with such marks as "todo". */
export function keepFresh() {
  const fresh = new Set();

  function drop(gone) {
    gone.forEach((id) => fresh.delete(id));
    return gone.length > 0;
  }

  const soft = (mark) => (fresh.has(mark.node) ? { ...mark, severity: "todo" } : mark);

  return {
    add: (ids) => ids.forEach((id) => fresh.add(id)),
    has: (id) => fresh.has(id),
    leave: (chosen) => drop([...fresh].filter((id) => !chosen.includes(id))),
    all: () => drop([...fresh]),
    calm: (drawing) => ({ ...drawing, marks: drawing.marks.map(soft), nodes: drawing.nodes.map((node) => ({ ...node, marks: node.marks.map((mark) => soft({ node: node.id, ...mark })) })) }),
  };
}
