"""Taking a flow of a file into the draft of an app."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from builder.drafts import service as drafts
from builder.drafts.parts import key_for
from builder.flows import naming
from runtime import documents
from runtime.contracts import Actor
from runtime.flows.check import check_flow
from runtime.flows.showing.service import TYPES
from runtime.releases.models import App


def take_in(app: App, part: Mapping[str, Any], lang: str, actor: Actor) -> str:
    """A flow/1 as one more flow of the draft; its key, another one where the app has a flow of that key.

    Raises Refused for what is no sound flow, and for one that cannot work with the forms and roles of this app:
    with all its problems, and nothing is kept.
    """
    drafts.refuse_if(documents.check("flow", part))
    document = drafts.whole(app)
    forms = {form["key"]: form for form in document.get("forms") or ()}
    roles = [role["key"] for role in document.get("roles") or ()]
    problems = check_flow(part, forms, TYPES, roles)
    drafts.refuse_if([replace(naming.worded(one, part, TYPES, lang), pointer=one.pointer) for one in problems])
    taken = [flow["key"] for flow in document.get("flows") or ()]
    key = str(part["key"]) if part["key"] not in taken else key_for(str(part["title"]), taken, "flow")
    drafts.save(app, "flows", key, {**part, "key": key}, None, actor)
    return key
