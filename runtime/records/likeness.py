"""What of a name counts when records are looked for that may be the same: 华兴科技（深圳）有限公司 is 华兴科技."""

import re
import unicodedata

from runtime.answers import Form

_LEGAL = (
    *("集团有限公司", "股份有限公司", "有限责任公司", "有限公司", "股份公司", "分公司", "公司", "集团", "事务所"),
    *("limited", "ltd", "inc", "incorporated", "llc", "gmbh", "corporation", "corp", "company", "co"),
)
"""How kinds of companies end, the longer before the shorter."""

_BRACKETS = re.compile(r"[(\[【〔][^)\]】〕]*[)\]】〕]")
_SIGNS = re.compile(r"[\s.,，。、·・\-_/&]+$")
SHORTEST = 2
"""Signs of a name that is worth looking for."""


def core_of(name: str) -> str:
    """The part of a name that tells it from others, as it is written; empty when too little is left."""
    text = _BRACKETS.sub("", unicodedata.normalize("NFKC", name)).strip()
    rest = _without_ending(text)
    while rest != text:
        text, rest = rest, _without_ending(rest)
    return text if len(text) >= SHORTEST else ""


def _without_ending(text: str) -> str:
    bare = _SIGNS.sub("", text)
    folded = bare.casefold()
    for ending in _LEGAL:
        before = bare[: -len(ending)]
        if folded.endswith(ending) and len(before.strip()) >= SHORTEST and _is_apart(before, ending):
            return _SIGNS.sub("", before)
    return bare


def _is_apart(before: str, ending: str) -> bool:
    """Whether an ending stands for itself: `co` in `Cisco` does not."""
    return not ending.isascii() or not before[-1:].isascii() or not before[-1:].isalnum()


def names_in(form: Form) -> list[str]:
    """The fields of a form by which two records may turn out to be the same: what it is called, and unique texts."""
    texts = [name for name, field in form.fields.items() if _is_text(field.schema) and not field.is_computed]
    return [name for name in texts if name == form.label or form.fields[name].schema.get("x-unique")]


def _is_text(schema: dict[str, object]) -> bool:
    return schema.get("type") == "string" and not {"oneOf", "enum", "x-ref", "format"} & schema.keys()
