"""The translation tab of the form designer; what is typed there is kept as an act like any other."""

from flask import Blueprint, render_template
from flask_babel import gettext

from builder.forms.service import open_form
from builder.forms.texts.walking import languages, missing, texts_of
from runtime.http.pages import page_lang
from runtime.i18n import text_in
from runtime.security.access import builder

blueprint = Blueprint(
    "form_texts", __name__, template_folder="templates", url_prefix="/t/<tenant>/a/<app>/build/forms/<form>"
)


@blueprint.get("/texts")
@builder
def show(tenant: str, app: str, form: str) -> str:
    """Every text, the languages side by side."""
    opened = open_form(app, form)
    own = opened.app.lang
    what = {"description": gettext("Help"), "ui:help": gettext("Help"), "ui:placeholder": gettext("Example")}
    names = {"zh-CN": gettext("Chinese"), "zh": gettext("Chinese"), "en": gettext("English")}
    return render_template(
        "builder/forms/texts/texts.html", texts=list(texts_of(opened.form)), what=what, own=own,
        langs=[(lang, names.get(lang, lang)) for lang in languages(own)], missing=len(missing(opened.form, own)),
        titles=_titles(opened.form),
    )  # fmt: skip


def _titles(form: dict[str, object]) -> dict[str, str]:
    """What the questions are called, by name."""
    titled = [text for text in texts_of(form) if text.key == "title" and "const" not in text.part]
    return {text.field: text_in(page_lang(), text.part, "title") for text in reversed(titled)}
