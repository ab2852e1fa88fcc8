"""Photos and files: sent as they are picked, kept as `{"id", "name", "size", "type"}`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from markupsafe import Markup

from widgets.base import Field, Json, Reader, Widget, described, input_name

ITEM = Markup(
    '<li class="file"><input type="hidden" name="{name}" value="{value}">{face}'
    '<span class="file-name">{label}</span>'
    '<button class="file-drop" type="button" data-file-drop aria-label="{drop}">×</button></li>'
)
PHOTO = Markup('<img class="file-face" src="{}?thumb=1" alt="" loading="lazy">')
PAPER = Markup('<span class="file-face file-kind" aria-hidden="true">{}</span>')
ITEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "size": {"type": "integer"},
        "type": {"type": "string"},
    },
}


def read_file(text: str) -> Json:
    """One file as the page sent it, or the text itself."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return kept(value) if isinstance(value, dict) else text


def kept(file: Mapping[str, Any]) -> dict[str, Any]:
    """What a record keeps of a file."""
    return {key: file[key] for key in ITEM_SCHEMA["properties"] if key in file}


class File(Widget):
    """A list of files; pictures show as pictures."""

    name = "file"
    title = "Photo or file"
    icon = "camera"
    rank = 50
    options: ClassVar[Mapping[str, Any]] = {
        "maxItems": {"type": "integer", "minimum": 1, "maximum": 50, "title": "At most so many"},
        "x-file": {
            "type": "object",
            "properties": {
                "accept": {"type": "string", "title": "Kinds of file", "enum": ["", "image/*", "application/pdf"]}
            },
        },
    }

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        return "x-file" in schema

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        options = described(schema, ("x-file", "minItems", "maxItems"))
        return {"type": "array", "x-file": {}, "maxItems": 9, "items": dict(ITEM_SCHEMA), **options}

    def grouped(self, field: Field) -> bool:
        return True

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        return [read_file(text) for text in raw if text.strip()] or None

    def display(self, value: Json, field: Field, reader: Reader) -> str:
        if not isinstance(value, list):
            return "" if value is None else str(value)
        return ", ".join(str(one.get("name") or one.get("id")) for one in value if isinstance(one, dict))

    def fill(self, value: Json, field: Field, reader: Reader) -> Mapping[str, str]:
        files = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
        return {"files": Markup("").join(self.item(one, field, reader) for one in files)}

    def item(self, file: Mapping[str, Any], field: Field, reader: Reader) -> Markup:
        """One file in the list of the page, with what is sent back for it."""
        label = str(file.get("name") or file.get("id"))
        is_photo = reader.files_url and str(file.get("type", "")).startswith("image/")
        url = reader.files_url + quote(str(file.get("id")), safe="")
        face = PHOTO.format(url) if is_photo else PAPER.format(label.rpartition(".")[2][:4].upper())
        value = json.dumps(kept(file), ensure_ascii=False)
        drop = f"{reader.translate('Remove')} {label}"
        return ITEM.format(name=input_name(field.name), value=value, face=face, label=label, drop=drop)


widget = File()
