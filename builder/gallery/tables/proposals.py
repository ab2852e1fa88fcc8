"""What an uploaded table would become: a form for each sheet, a question for each column, changed as a person wishes.

A proposal is made of what a survey found (see `runtime.exchange.surveys.findings`) and then of what a page sends back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.drafts.parts import key_for
from builder.forms.palette import KINDS
from runtime.documents import SYSTEM_FIELDS
from runtime.documents.bounds import is_plain_name

Found = Mapping[str, Any]
LINK = "link"
TYPES = ("text", "long_text", "number", "money", "date", "datetime", "yes_no", "choice", "person")
"""What a column can be made, beside a link to another table."""


@dataclass(frozen=True)
class Column:
    """One question: from which column, whether it is taken, what it is; `link` the number of a table."""

    found: Found
    name: str
    taken: bool
    title: str
    type: str
    link: int | None
    required: bool

    @property
    def choices(self) -> list[str]:
        """The types it can be: a choice needs options."""
        return [name for name in TYPES if name != "choice" or self.found.get("options")]


@dataclass(frozen=True)
class Sheet:
    """One form: from which table, whether it is taken; `key` the column that no two rows share."""

    number: int
    found: Found
    taken: bool
    title: str
    key: int | None
    columns: tuple[Column, ...]

    @property
    def gathers(self) -> bool:
        """Whether it gathers the values of other tables' columns."""
        return bool(self.found.get("from"))

    @property
    def able(self) -> list[tuple[int, str]]:
        """The columns that could be its key."""
        return [(place, column.title) for place, column in enumerate(self.columns) if column.found.get("unique")]

    @property
    def label(self) -> str | None:
        """The name of the column that a record is called by."""
        place = self.found.get("label")
        wanted = [*([place] if place is not None else []), *([self.key] if self.key is not None else [])]
        return next((self.columns[one].name for one in wanted if self.columns[one].taken), None)


@dataclass(frozen=True)
class Proposal:
    """The whole app as proposed."""

    title: str
    sheets: tuple[Sheet, ...]


def proposed(tables: Sequence[Found], title: str) -> Proposal:
    """What is proposed first: everything that holds anything, as guessed."""
    return Proposal(title, tuple(_sheet(number, table) for number, table in enumerate(tables)))


def _sheet(number: int, table: Found) -> Sheet:
    names = list(_names([column["header"] for column in table["columns"]]))
    columns = tuple(_column(column, name) for column, name in zip(table["columns"], names, strict=True))
    return Sheet(number, table, True, str(table["title"])[:200], table["key"], columns)


def _column(found: Found, name: str) -> Column:
    taken = bool(found["filled"] and name)
    return Column(found, name, taken, name, found["type"], found["link"], taken and not found["blank"])


def _names(headers: Sequence[str]) -> Iterator[str]:
    """The field's name for each header: the header itself, where it can be one; "" for a column without."""
    known: set[str] = set()
    for header in headers:
        plain = " ".join("".join(sign if sign.isprintable() else " " for sign in header).split())[:120]
        if plain in SYSTEM_FIELDS:
            plain += "_"
        while plain in known:
            plain += "_"
        yield plain if is_plain_name(plain) else ""
        known.add(plain)


# --- as changed on the page ----------------------------------------------------------------------


def changed(proposal: Proposal, sent: Mapping[str, str]) -> Proposal:
    """The proposal as a page sends it back; what it does not know stays as it was."""
    sheets = tuple(_changed_sheet(sheet, sent) for sheet in proposal.sheets)
    taken = {sheet.number for sheet in sheets if sheet.taken}
    return Proposal(sent.get("title", "").strip()[:200], tuple(_without_lost_links(sheet, taken) for sheet in sheets))


def _changed_sheet(sheet: Sheet, sent: Mapping[str, str]) -> Sheet:
    at = f"t{sheet.number}"
    columns = tuple(_changed_column(column, f"{at}.c{place}", sent) for place, column in enumerate(sheet.columns))
    key = sent.get(f"{at}.key", "")
    able = {place for place, _ in sheet.able if columns[place].taken and columns[place].type != LINK}
    return replace(
        sheet, taken=f"{at}.taken" in sent, title=sent.get(f"{at}.title", "").strip()[:200] or sheet.title,
        key=int(key) if key.isdecimal() and int(key) in able else None, columns=columns,
    )  # fmt: skip


def _changed_column(column: Column, at: str, sent: Mapping[str, str]) -> Column:
    known = column.type if column.link is None else f"{LINK}:{column.link}"
    wanted, _, target = sent.get(f"{at}.type", known).partition(":")
    link = int(target) if wanted == LINK and target.isdecimal() else None
    kind = LINK if link is not None else wanted if wanted in column.choices else "text"
    title = sent.get(f"{at}.title", "").strip()[:200] or column.title
    taken, required = f"{at}.taken" in sent and bool(column.name), f"{at}.required" in sent
    return replace(column, taken=taken, title=title, type=kind, link=link, required=required)


def _without_lost_links(sheet: Sheet, taken: set[int]) -> Sheet:
    """Links to tables that are left out are plain texts."""
    kept = tuple(
        replace(column, type="text", link=None) if column.type == LINK and column.link not in taken else column
        for column in sheet.columns
    )
    return replace(sheet, columns=kept)


# --- the app -------------------------------------------------------------------------------------


def form_keys(proposal: Proposal) -> dict[int, str]:
    """The form's key of each table that is taken."""
    keys: dict[int, str] = {}
    for sheet in proposal.sheets:
        if sheet.taken:
            keys[sheet.number] = key_for(sheet.title, keys.values(), "form")
    return keys


def forms_of(proposal: Proposal) -> list[dict[str, Any]]:
    """The forms, those that others link to first."""
    keys = form_keys(proposal)
    return [_form(sheet, keys) for sheet in in_order(proposal)]


def in_order(proposal: Proposal) -> list[Sheet]:
    """The tables that are taken, each after those it links to."""
    taken = {sheet.number: sheet for sheet in proposal.sheets if sheet.taken}
    ordered: dict[int, Sheet] = {}

    def put(sheet: Sheet, above: frozenset[int]) -> None:
        for column in sheet.columns:
            if column.taken and column.link in taken and column.link not in above | ordered.keys():
                put(taken[column.link], above | {column.link})
        ordered.setdefault(sheet.number, sheet)

    for sheet in taken.values():
        put(sheet, frozenset({sheet.number}))
    return list(ordered.values())


def _form(sheet: Sheet, keys: Mapping[int, str]) -> dict[str, Any]:
    taken = [(place, column) for place, column in enumerate(sheet.columns) if column.taken]
    properties = {column.name: _question(column, keys, place == sheet.key) for place, column in taken}
    required = [column.name for place, column in taken if column.required or place == sheet.key]
    ui = {column.name: dict(KINDS[column.type].ui) for _, column in taken if column.type == "long_text"}
    form = {"format": "form/1", "key": keys[sheet.number], "title": sheet.title}
    if sheet.label:
        form["label"] = sheet.label
    return {**form, "schema": {"type": "object", "properties": properties, "required": required}, "ui": ui}


def _question(column: Column, keys: Mapping[int, str], unique: bool) -> dict[str, Any]:
    question = {**KINDS[column.type].schema, **_details(column, keys), "title": column.title}
    return {**question, "x-unique": True} if unique else question


def _details(column: Column, keys: Mapping[int, str]) -> dict[str, Any]:
    found = column.found
    if column.link is not None:
        return {"x-ref": {"form": keys[column.link]}}
    if column.type == "choice":
        return {"oneOf": [{"const": option, "title": option} for option in found["options"]]}
    if column.type == "money":
        return {"x-currency": found["currency"] or "CNY", "x-scale": found["scale"]}
    return {"type": "integer"} if column.type == "number" and found["whole"] else {}
