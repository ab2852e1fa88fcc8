"""A form at somebody's hand: what they may see and change of it, the labels it shows, and their drafts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from runtime.answers import Reading, live_values, read
from runtime.contracts import Actor, Forbidden
from runtime.db import db, transaction, utc_now
from runtime.forms.models import FormDraft
from runtime.forms.render import FormPage
from runtime.i18n import message
from runtime.identity import service as identity
from runtime.permissions import Rights
from runtime.records import service as records
from runtime.records.access import facts_of, names_for, rights_of
from runtime.records.around import service as around
from runtime.releases import service as releases
from runtime.releases.published import Published
from widgets.base import PERSON, Ref

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Only such texts are looked up: what somebody typed into a search box is no id."""

MOST_DRAFT = 200_000
"""Characters of a draft that are kept."""


@dataclass(frozen=True)
class Opened:
    """A form of the live release, opened by somebody."""

    app: Any
    published: Published
    key: str
    rights: Rights

    row: Any = None
    """The record that is edited, None for a new one."""

    @property
    def record_id(self) -> str:
        """The id of the record that is edited, "" for a new one."""
        return str(self.row.id) if self.row is not None else ""

    @property
    def before(self) -> Mapping[str, Any] | None:
        """All answers of the record, those that this person may not see too: they decide what is asked."""
        return None if self.row is None else self.row.data

    def writable(self) -> frozenset[str]:
        """The fields this person may answer; row rules of a new record are asked again when it is saved."""
        if self.rights.everything:
            return self.rights.fields
        if self.row is not None:
            return self.rights.writable(facts_of(self.row))
        granting = (policy.write for policy in self.rights.policies if policy.grants("create"))
        return frozenset().union(*granting)

    def readable(self, computed: frozenset[str]) -> frozenset[str]:
        """The fields this person may see, where `computed` are those nobody answers."""
        if self.row is None:
            return (computed & self.rights.readable_somewhere()) | self.writable()
        return self.rights.readable(facts_of(self.row)) | self.writable()


def open_new(app_key: str, form: str, actor: Actor) -> Opened:
    """A form for a new record; raises NotFound, or Forbidden."""
    app = releases.find_live(app_key)
    published = releases.current(app.id)
    published.one("forms", form)
    rights = rights_of(published, actor, form)
    if not rights.may("create"):
        raise Forbidden(message("You may not add records with this form."))
    return Opened(app, published, form, rights)


def open_record(app_key: str, form: str, record_id: str, actor: Actor) -> Opened:
    """A form with a record to edit; raises NotFound also for one that may not be read, or Forbidden."""
    app = releases.find_live(app_key)
    published = releases.current(app.id)
    published.one("forms", form)
    rights = rights_of(published, actor, form)
    found = records.find_row(app.id, form, record_id)
    if found is None or not rights.allows("read", facts_of(found)):
        raise records.not_found()
    if not rights.allows("update", facts_of(found)):
        raise Forbidden(message("You may not change this record."))
    return Opened(app, published, form, rights, found)


def considered(
    page: FormPage, answers: Mapping[str, Any], actor: Actor, before: Mapping[str, Any] | None
) -> tuple[Reading, dict[str, Any]]:
    """What the answers so far come to, and the values to show for them: computed ones too, typed ones untouched."""
    names = names_for(actor, utc_now())
    reading = read(page.form, answers, before=before, names=names, lang=actor.lang)
    live = live_values(page.form, reading.data, names)
    if before is None:
        live |= {name: _to_the_minute(page, name, value) for name, value in reading.data.items() if name not in answers}
    kept = {name: value for name, value in answers.items() if value is not None}
    return reading, {**reading.data, **live, **kept}


def _to_the_minute(page: FormPage, name: str, value: Any) -> Any:
    """A default as somebody would have typed it: nobody types the seconds of now."""
    timed = page.questions[name].field.schema.get("format") == "date-time" and isinstance(value, str)
    return f"{value[:16]}:00Z" if timed and value.endswith("Z") else value


def labels_of(opened: Opened, page: FormPage, data: Mapping[str, Any], actor: Actor) -> dict[Ref, str]:
    """What the records and people that answers refer to are called, where the actor may see them."""
    wanted: dict[str, set[str]] = {}
    for name, value in data.items():
        question = page.questions.get(name)
        for target, id in question.widget.refs(value, question.field) if question else ():
            if ID.fullmatch(id):
                wanted.setdefault(target, set()).add(id)
    named = {target: _named(opened, target, ids, actor) for target, ids in wanted.items()}
    return {(target, id): label for target, labels in named.items() for id, label in labels.items()}


def _named(opened: Opened, target: str, ids: set[str], actor: Actor) -> Mapping[str, str]:
    if target == PERSON:
        return identity.member_names(ids)
    return records.labels(opened.app.id, target, ids, actor)


def search(app_key: str, target: str, text: str, actor: Actor, limit: int = 12) -> list[tuple[str, str]]:
    """People or records of a form whose names hold the text, as (id, label)."""
    if target == PERSON:
        return [(found.id, found.name) for found in identity.search_members(text, limit)]
    app = releases.find_live(app_key)
    return list(records.search(app.id, target, text, actor, limit))


def similar(
    app_key: str, form: str, field: str, text: str, actor: Actor, but: str | None
) -> list[tuple[str, str, str]]:
    """Records that may be the same as the one being typed, as (id, label, who owns it)."""
    app = releases.find_live(app_key)
    found = around.similar(app.id, form, field, text, actor, but)
    owners = identity.member_names(one.owner_id for one in found if one.owner_id)
    return [(one.id, str(one.data.get(field)), owners.get(one.owner_id or "", "")) for one in found]


# --- drafts --------------------------------------------------------------------------------------


def _place(opened: Opened, actor: Actor) -> Iterable[Any]:
    return (
        FormDraft.tenant_id == actor.tenant_id,
        FormDraft.member_id == actor.member_id,
        FormDraft.app_id == opened.app.id,
        FormDraft.form == opened.key,
        FormDraft.record_id == opened.record_id,
    )


def find_draft(opened: Opened, actor: Actor) -> FormDraft | None:
    """What the actor typed earlier and did not send."""
    return db.session.scalar(select(FormDraft).where(*_place(opened, actor)))


def keep_draft(opened: Opened, rev: int | None, answers: Mapping[str, Any], actor: Actor) -> None:
    """Keep what is typed so far (for an edit: what differs); with nothing typed there is no draft."""
    if opened.row is None:
        answers = {name: value for name, value in answers.items() if value is not None}
    if not answers or len(str(answers)) > MOST_DRAFT:
        drop_draft(opened, actor)
        return
    try:
        _write_draft(opened, rev, answers, actor)
    except IntegrityError:  # the page's last word and its autosave came at once
        _write_draft(opened, rev, answers, actor)


def _write_draft(opened: Opened, rev: int | None, answers: Mapping[str, Any], actor: Actor) -> None:
    with transaction() as session:
        draft = find_draft(opened, actor)
        if draft is None:
            draft = FormDraft(
                tenant_id=actor.tenant_id, member_id=actor.member_id, app_id=opened.app.id, form=opened.key,
                record_id=opened.record_id,
            )  # fmt: skip
            session.add(draft)
        draft.answers, draft.rev, draft.updated_at = dict(answers), rev, utc_now()


def drop_draft(opened: Opened, actor: Actor) -> None:
    """Forget the draft, for it was sent or given up."""
    with transaction() as session:
        session.execute(delete(FormDraft).where(*_place(opened, actor)))
