"""What a form that is only a draft can ask of the database while it is tried out."""

from collections.abc import Mapping
from typing import Any

from runtime.contracts import Actor, NotFound
from runtime.forms import service as forms
from runtime.forms.render import FormPage
from runtime.identity import service as identity
from widgets.base import PERSON, Ref


def found(app_key: str, target: str, text: str, actor: Actor) -> list[tuple[str, str]]:
    """People or records to choose from, as (id, label); none of a form that is not live yet."""
    try:
        return forms.search(app_key, target, text, actor)
    except NotFound:
        return []


def labels(page: FormPage, data: Mapping[str, Any]) -> dict[Ref, str]:
    """What the people are called that answers name."""
    asked = ((page.questions[name], value) for name, value in data.items() if name in page.questions)
    refs = {ref for question, value in asked for ref in question.widget.refs(value, question.field)}
    people = {id for target, id in refs if target == PERSON and forms.ID.fullmatch(id)}
    return {(PERSON, id): name for id, name in identity.member_names(people).items()} if people else {}
