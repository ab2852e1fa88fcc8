/** Who is meant: a list of roles, persons, fields, managers, departments. State: list of people selectors. */
import { iconButton, make, mountEach, select } from "./elements.js";

const KINDS = ["role", "field", "user", "manager_of", "department"];

mountEach("people", (face, state, options, words, commit) => {
  const rows = state || [];
  const put = (next) => commit(next.length ? next : null);
  rows.forEach((row, place) => {
    const replace = (next) => put(rows.map((other, at) => (at === place ? next : other)));
    face.append(make("div", { class: "chip-row" }, drawKind(row, options, words, replace), drawDetail(row, options, words, replace),
      iconButton("x", words.remove, () => put(rows.filter((_, at) => at !== place)))));
  });
  const add = () => put([...rows, fresh("role", options)]);
  face.append(make("div", { class: "chip-more" }, make("button", { type: "button", class: "btn btn-sm btn-ghost-primary", onclick: add }, "+ ", words.add)));
});

const kindOf = (row) => KINDS.find((kind) => kind in row) || "role";
const drawKind = (row, options, words, replace) =>
  select(KINDS.map((kind) => [kind, words.kinds[kind]]), kindOf(row), words.who, (kind) => replace(fresh(kind, options)));

function fresh(kind, options) {
  if (kind === "role") return { role: options.roles[0]?.key ?? "admin" };
  if (kind === "user") return { user: options.members[0]?.id ?? "" };
  if (kind === "field") return { field: options.people[0]?.name ?? "owner" };
  if (kind === "department") return { department: options.departments[0]?.id ?? "" };
  return { manager_of: options.people[0]?.source ?? "record.owner", level: 1 };
}

function drawDetail(row, options, words, replace) {
  const kind = kindOf(row);
  const set = (name) => (value) => replace({ ...row, [name]: value });
  if (kind === "role") return make("span", { class: "chip-test" },
    select(options.roles.map((role) => [role.key, role.title]), row.role, words.kinds.role, set("role")),
    select([["", words.everywhere], ...options.places.map((place) => [place.source, place.title])], row.in || "", words.where,
      (value) => replace(value ? { ...row, in: value } : { role: row.role })));
  if (kind === "user") return select(options.members.map((member) => [member.id, member.name]), row.user, words.kinds.user, set("user"));
  if (kind === "field") return select(options.people.map((field) => [field.name, field.title]), row.field, words.kinds.field, set("field"));
  if (kind === "department") return select(options.departments.map((one) => [one.id, one.title]), row.department, words.kinds.department, set("department"));
  return select(options.people.map((field) => [field.source, field.title]), row.manager_of, words.kinds.manager_of, set("manager_of"));
}
