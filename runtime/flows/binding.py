"""What a config says, turned into plain values: its schema marks which strings are expressions or texts. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.contracts import Json
from runtime.expressions import Expression, Text, compile_expression, compile_text, json_of
from runtime.flows.texts import JsonText, PathText, compile_json, compile_path

Show = Callable[[Any, tuple[str, ...] | None], str]
Path = tuple[str, ...]


@dataclass(frozen=True)
class Bound:
    """A config compiled once; `reads` are the paths that have to be fetched before it is filled in."""

    template: Any
    reads: frozenset[Path]

    def fill(self, names: Mapping[str, Any], show: Show) -> dict[str, Any]:
        """The config with its expressions evaluated and its texts filled in, as JSON; raises EvaluationError."""
        return dict(_fill(self.template, names, show))


def bind(schema: Mapping[str, Any], config: Mapping[str, Any]) -> Bound:
    """Compile what `schema` marks in `config`; raises ExpressionError."""
    template = _bind(schema, config)
    return Bound(template, frozenset(path for part in _compiled(template) for path in part.reads))


def _bind(schema: Mapping[str, Any], value: Any) -> Any:
    compiler = _COMPILERS.get(schema.get("x-value", ""))
    if compiler is not None:
        return compiler(value)
    if isinstance(value, Mapping):
        known, other = schema.get("properties") or {}, schema.get("additionalProperties")
        rest = other if isinstance(other, Mapping) else {}
        bound = {key: _bind(known.get(key, rest), part) for key, part in value.items() if key != "x-texts"}
        return bound | _bind_texts(schema, value.get("x-texts"))
    if isinstance(value, list):
        return [_bind(schema.get("items") or {}, part) for part in value]
    return value


def _bind_texts(schema: Mapping[str, Any], texts: Any) -> dict[str, Any]:
    """The same texts in other languages."""
    if not isinstance(texts, Mapping):
        return {}
    return {"x-texts": {lang: _bind(schema, part) for lang, part in texts.items()}}


def _expression(value: Any) -> Any:
    return compile_expression(value) if isinstance(value, str) else value


def _text(value: Any) -> Any:
    return compile_text(value) if isinstance(value, str) else value


def _people(value: Any) -> Any:
    """Of a list of people, `in` and `manager_of` are expressions; so are those of an `else`."""
    if not isinstance(value, list):
        return value
    compilers = {"in": _expression, "manager_of": _expression, "else": _people}
    return [
        {key: compilers[key](part) if key in compilers else part for key, part in person.items()} for person in value
    ]


def _path(value: Any) -> Any:
    return compile_path(value) if isinstance(value, str) else value


def _json(value: Any) -> Any:
    return compile_json(value) if isinstance(value, str) else value


_COMPILERS: Mapping[str, Callable[[Any], Any]] = {
    "expression": _expression, "text": _text, "people": _people, "path": _path, "json": _json,
}  # fmt: skip
_TEXTS = (Text, PathText, JsonText)


def _compiled(template: Any) -> Iterator[Expression | Text]:
    if isinstance(template, Expression | Text):
        yield template
    elif isinstance(template, PathText | JsonText):
        yield template.text
    elif isinstance(template, Mapping | list):
        for part in template.values() if isinstance(template, Mapping) else template:
            yield from _compiled(part)


def _fill(template: Any, names: Mapping[str, Any], show: Show) -> Json:
    if isinstance(template, Expression):
        return json_of(template.evaluate(names))
    if isinstance(template, _TEXTS):
        return template.evaluate(names, show)
    if isinstance(template, Mapping):
        return {key: _fill(part, names, show) for key, part in template.items()}
    if isinstance(template, list):
        return [_fill(part, names, show) for part in template]
    return template
