"""Which language and which time zone a page speaks: the person's choice, the browser's, else English."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, request
from flask_babel import Babel, get_locale
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from runtime.i18n import Message, Translate, speaker

LANGUAGES = {"zh-CN": "简体中文", "en": "English"}
CATALOGUES = "runtime/translations"


def install(app: Flask) -> None:
    """Translate pages and messages of `app`."""
    folder = Path(app.root_path) / CATALOGUES
    compile_catalogues(folder)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder)
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    Babel(app, locale_selector=chosen_locale, timezone_selector=chosen_timezone)
    app.jinja_env.globals.update(_=in_page, gettext=in_page)
    app.jinja_env.filters["in_words"] = in_words
    app.jinja_env.globals["ngettext"] = with_marks(app.jinja_env.globals["ngettext"])


def chosen_locale() -> str:
    """The locale of this request, as Babel names it."""
    chosen = (getattr(g.get("visitor"), "lang", None), request.cookies.get("lang"))
    for lang in chosen:
        if lang in LANGUAGES:
            return lang.partition("-")[0]
    asked = request.accept_languages.best_match(["zh", "zh-CN", "zh-TW", "en", "en-US", "en-GB"])
    if asked:
        return asked.partition("-")[0]
    actor = g.get("actor")
    return "zh" if actor and actor.lang.startswith("zh") else "en"


def chosen_timezone() -> str | None:
    """The tenant's zone; outside a tenant Babel's default."""
    actor = g.get("actor")
    return actor.timezone if actor else None


def in_words(text: Message | str) -> str:
    """A message in the reader's language."""
    return text.translated(translator()) if isinstance(text, Message) else str(text)


def translator() -> Translate:
    """How a text is said to the reader of this page."""
    return speaker(page_language())


def page_language() -> str:
    """The language of this request as gettext names it, found out once."""
    found: str | None = g.get("language")
    if found is None:
        locale = get_locale()
        found = g.language = locale.language if locale else "en"
    return found


def in_page(text: str, /, **values: Any) -> Markup:
    """What templates know as `_`: a page has a hundred texts, and Babel looks its catalogue up anew for each."""
    said = _said(page_language(), text)
    return said % values if values else said


@lru_cache(maxsize=8192)
def _said(lang: str, text: str) -> Markup:
    return Markup(speaker(lang)(text))


def with_marks(ngettext: Callable[..., str]) -> Callable[..., str]:
    """The template's `ngettext`, whose number is written with thousands marks."""

    @pass_context
    def marked(context: Context, one: str, many: str, num: int, **values: object) -> str:
        return ngettext(context, one, many, num, **{"num": f"{num:,}", **values})

    return marked


def compile_catalogues(folder: Path) -> None:
    """Make the binary catalogues that are missing or older than their source."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = source.with_suffix(f".{os.getpid()}.mo")
        with source.open("rb") as text, draft.open("wb") as binary:
            write_mo(binary, read_po(text))
        draft.replace(target)
