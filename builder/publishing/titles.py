"""What changes for stored records, with forms and questions called as people call them."""

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.documents.differences import Difference
from runtime.documents.fields import fields_of
from runtime.i18n import Message, text_in

Document = Mapping[str, Any]


def titled(one: Difference, apps: Sequence[Document], lang: str) -> tuple[str, Message]:
    """What the form is called, and the change in words; the first of the apps that has the form or the question
    says what it is called."""
    forms = [form for app in apps for form in app.get("forms") or () if form.get("key") == one.form]
    title = next((text_in(lang, form, "title") for form in forms), "") or one.form
    called = {"form": title, "field": _field(one.field, forms, lang)}
    values = one.message.values
    return title, Message(one.message.id, dict(values) | {name: called[name] for name in called if name in values})


def _field(name: str | None, forms: Sequence[Document], lang: str) -> str:
    schemas = (fields_of(form)[name] for form in forms if name in fields_of(form))
    return next((text_in(lang, schema, "title") for schema in schemas), "") or str(name or "")
