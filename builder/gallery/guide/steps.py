"""The steps from an app that was just begun to one that people work with, told by facts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from runtime.i18n import Message, message

LOOK = "look"


@dataclass(frozen=True)
class Facts:
    """What is known of an app: which steps were only to be looked at and were, and what stands in the database."""

    seen: Collection[str]
    live: bool
    form: str
    recorded: bool
    members: int
    empty_roles: Sequence[str]
    imported: bool
    samples: int


@dataclass(frozen=True)
class Step:
    """One thing to do: `place` below the app's address ("" for one of the tenant, under `members`)."""

    key: str
    title: Message
    why: Message
    done: bool
    place: str = ""


def steps(facts: Facts) -> list[Step]:
    """All steps in the order in which one would do them."""
    look, members = facts.form and LOOK in facts.seen, facts.members > 1
    roles = message("Still without anybody: %(roles)s", roles=tuple(facts.empty_roles))
    settled = message("Everybody sees and does what is theirs.")
    found = [
        Step(LOOK, message("Look through the forms"), message("What is asked, and when. Change what does not fit."),
             bool(look), "build/"),
        Step("publish", message("Publish the app"), message("Only then others see it."), facts.live, "build/publish"),
        Step("record", message("Fill in a first record"), message("As your people will."), facts.recorded,
             f"f/{facts.form}/new"),
        Step("invite", message("Invite colleagues"), message("By a link that you send them."), members),
        Step("roles", message("Give out the roles"), roles if facts.empty_roles else settled, not facts.empty_roles),
        Step("import", message("Bring in your data"), message("From Excel or CSV; each row is accounted for."),
             facts.imported, f"f/{facts.form}/import"),
    ]  # fmt: skip
    return [step for step in found if facts.form or step.key not in ("record", "import")]
