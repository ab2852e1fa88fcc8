"""Templates rendered once and cut where answers go, so that drawing a form is joining strings.

Jinja takes milliseconds for two hundred fields at each change of a deciding answer; joining takes a tenth of that.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

import widgets

_TOKEN = secrets.token_hex(8)
"""Unknown to whoever writes a title, so that no text can pass for a slot."""
_MARK = re.compile(f"\x02{_TOKEN}:(\\d+)\x03")

HERE = Path(__file__).parent / "templates" / "forms"


@dataclass(frozen=True)
class Segments:
    """A rendered template: literal text, each but the last followed by a slot."""

    literals: tuple[str, ...]
    slots: tuple[str, ...]

    def render(self, *fills: Mapping[str, str]) -> str:
        """The text with its slots filled from the first that knows each; plain text is escaped, Markup is not."""
        parts = [self.literals[0]]
        for slot, literal in zip(self.slots, self.literals[1:], strict=True):
            for fill in fills:
                if slot in fill:
                    parts.append(escape(fill[slot]))
                    break
            parts.append(literal)
        return "".join(parts)


class Slots:
    """Hands out marks while a template is rendered."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, name: str) -> Markup:
        self.names.append(name)
        return Markup("\x02{}:{}\x03").format(_TOKEN, len(self.names) - 1)


def environment(translate: Callable[[str], str], icon: Callable[..., Markup]) -> Environment:
    """Jinja over the widgets' templates and the form's own, for one language."""
    env = Environment(
        loader=FileSystemLoader([HERE, *widgets.__path__]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=100,
    )
    env.globals.update(_=translate, icon=icon)
    return env


def cut(env: Environment, template: str, names: Mapping[str, object]) -> Segments:
    """Render a template once and cut it at its slots."""
    slots = Slots()
    text = env.get_template(template).render(names, slot=slots)
    pieces = _MARK.split(text)
    return Segments(tuple(pieces[::2]), tuple(slots.names[int(index)] for index in pieces[1::2]))
