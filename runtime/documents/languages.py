"""A document turned into another of its languages: what stood beside a text takes its place."""

from collections.abc import Mapping
from typing import Any

TEXTS = "x-texts"


def spoken_in(app: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """An app/1 whose texts are in `lang` where it has them; the texts before stand beside them then."""
    before = str(app.get("lang") or "zh-CN")
    if before.partition("-")[0] == lang.partition("-")[0]:
        return dict(app)
    turned: dict[str, Any] = _turned(app, before, lang)
    return {**turned, "lang": lang}


def _turned(part: Any, before: str, lang: str) -> Any:
    if isinstance(part, list):
        return [_turned(one, before, lang) for one in part]
    if not isinstance(part, dict):
        return part
    turned = {key: value if key == TEXTS else _turned(value, before, lang) for key, value in part.items()}
    texts = part.get(TEXTS)
    name = next((name for name in (lang, lang.partition("-")[0]) if isinstance(texts, dict) and name in texts), None)
    if name is None or not isinstance(texts, dict) or not isinstance(texts[name], dict):
        return turned
    words = {key: word for key, word in texts[name].items() if isinstance(part.get(key), str)}
    beside = {other: said for other, said in texts.items() if other != name}
    return turned | words | {TEXTS: {before: {key: part[key] for key in words}, **beside}}
