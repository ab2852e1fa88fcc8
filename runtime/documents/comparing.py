"""What a new version of an app changes for the records that are stored, and what it must not."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runtime.contracts import Problem
from runtime.documents.differences import RESTORED, Difference, field_differences, new_field
from runtime.documents.fields import declarations, fields_of, required_names
from runtime.documents.scopes import forms_of
from runtime.documents.subschemas import Schema
from runtime.i18n import message

App = Mapping[str, Any]
Form = Mapping[str, Any]
Retired = Mapping[str, Mapping[str, Schema]]
"""By form and name, the fields that were released once and are no more, as they were last."""


def compare(old: App, new: App, retired: Retired | None = None) -> list[Difference]:
    """What stored records feel of a new version, form by form; both apps are checked ones."""
    before, after, gone = forms_of(old), forms_of(new), retired or {}
    found: list[Difference] = []
    for key, form in after.items():
        at = _place(new, key)
        if key in before:
            found += _form(before[key], form, gone.get(key, {}), at)
        else:
            found += _new_form(form, gone.get(key), at)
    for key in before.keys() - after.keys():
        why = message("The form “%(form)s” goes; its records are kept but no longer shown.", form=key)
        found.append(Difference(_place(old, key), "form removed", key, None, why))
    return found


def refusals(differences: Iterable[Difference]) -> list[Problem]:
    """Those of the differences that must not be published."""
    return [Problem(one.pointer, one.change, one.message) for one in differences if one.refused]


def retired_fields(releases: Iterable[App], current: App) -> dict[str, dict[str, Schema]]:
    """The fields that were in one of the releases (oldest first) and are not in the current version."""
    found: dict[str, dict[str, Schema]] = {}
    for release in releases:
        for key, form in forms_of(release).items():
            found.setdefault(key, {}).update(fields_of(form))
    for key, form in forms_of(current).items():
        for name in fields_of(form):
            found.get(key, {}).pop(name, None)
    return {key: fields for key, fields in found.items() if fields}


def _place(app: App, key: str) -> str:
    return next(f"/forms/{index}" for index, form in enumerate(app["forms"]) if form.get("key") == key)


def _new_form(form: Form, retired: Mapping[str, Schema] | None, at: str) -> Iterator[Difference]:
    key = str(form["key"])
    if retired is None:
        yield Difference(at, "form added", key, None, message("The form “%(form)s” is new.", form=key))
    elif form.get(RESTORED) is not True:
        why = message("A form “%(form)s” was there before: restore it, or take another key.", form=key)
        yield Difference(at + "/key", "form reused", key, None, why, refused=True)
    else:
        places = _places(form, at)
        for name, field in fields_of(form).items():
            if name in retired:
                yield from field_differences(retired[name], field, key, name, places[name])


def _form(old: Form, form: Form, retired: Mapping[str, Schema], at: str) -> Iterator[Difference]:
    key = str(form["key"])
    before, now, places = fields_of(old), fields_of(form), _places(form, at)
    for name, field in now.items():
        if name in before:
            yield from field_differences(before[name], field, key, name, places[name])
        else:
            yield from new_field(field, retired.get(name), key, name, places[name])
    for name in before.keys() - now.keys():
        why = message("The field “%(field)s” goes; what is stored in it is kept but no longer shown.", field=name)
        yield Difference(at + "/schema", "removed", key, name, why)
    yield from _required(old, form, places)


def _required(old: Form, form: Form, places: Mapping[str, str]) -> Iterator[Difference]:
    """Which fields must be answered now and had not to be before; records without them become incomplete."""
    key, (was, was_sometimes), (always, sometimes) = str(form["key"]), required_names(old), required_names(form)
    for name in sorted(always - was):
        if name in places:
            why = message("“%(field)s” is required now; records without it become incomplete.", field=name)
            yield Difference(places[name], "required", key, name, why)
    for name in sorted(sometimes - was - was_sometimes):
        if name in places:
            why = message("“%(field)s” is required in some cases now; such records become incomplete.", field=name)
            yield Difference(places[name], "required", key, name, why)


def _places(form: Form, at: str) -> dict[str, str]:
    places: dict[str, str] = {}
    for where, name, _ in declarations(form):
        places.setdefault(name, at + where)
    return places
