"""What another system sends, asked of somebody who tries a flow: one question that takes the content as it comes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import simplejson

from runtime.contracts import Json, Problem
from runtime.documents import parse
from runtime.flows.deliveries import MOST_BYTES, agreed, example
from runtime.i18n import Translate

CONTENT = "content"


def question(config: Mapping[str, Any], translate: Translate) -> dict[str, Any]:
    """The question as a form/1 document; `config` is that of the trigger."""
    asked = {"type": "string", "title": translate("What the other system sends (JSON)")}
    if names := ", ".join(field["name"] for field in agreed(config)):
        asked["description"] = translate("Agreed: %(names)s. Paste what really comes here.") % {"names": names}
    schema = {"type": "object", "properties": {CONTENT: asked}, "required": [CONTENT]}
    ui = {CONTENT: {"ui:widget": "textarea"}}
    return {"format": "form/1", "key": "sent", "title": "", "schema": schema, "ui": ui}


def blank(config: Mapping[str, Any]) -> str:
    """Content of the agreed shape with nothing in it yet, as it stands in the question at first."""
    return str(simplejson.dumps(example(config), indent=2, ensure_ascii=False))


def read(text: str) -> Json:
    """The content as plain values; raises Refused."""
    return parse(text, MOST_BYTES)


def placed(problems: Iterable[Problem]) -> list[Problem]:
    """Problems of the content as problems of the question."""
    return [replace(problem, pointer=f"/{CONTENT}") for problem in problems]
