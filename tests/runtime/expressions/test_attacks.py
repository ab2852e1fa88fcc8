"""Expressions that want more than a value."""

import ast
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import runtime.expressions.tree as tree_module
from runtime.expressions import EvaluationError, ExpressionError, Linked, compile_expression, compile_text

REFUSED = [
    "().__class__", "().__class__.__bases__[0].__subclasses__()", "''.__class__.__mro__[1]", "[].__len__",
    "record.__class__", "record.__class__.__init__.__globals__", "record.x.__dict__", "me.__init__",
    "__import__('os')", "__import__('os').system('id')", "__builtins__", "__builtins__['eval']", "__name__",
    "eval('1')", "exec('1')", "compile('1', 'x', 'eval')", "open('/etc/passwd')", "getattr(record, '__class__')",
    "globals()", "locals()", "vars(record)", "dir()", "type(record)", "object()", "print(1)", "help()", "input()",
    "breakpoint()", "setattr(record, 'x', 1)", "delattr(record, 'x')", "super()", "memoryview('a')", "str(1)",
    "record.constructor.constructor('return process')()", "constructor.constructor('alert(1)')()", "record.x()",
    "record.get('x')", "record.items()", "record['x']()", "'a'.join(['b'])", "'{0.__class__}'.format(record)",
    "(lambda: 1)()", "lambda x: x", "lambda: record", "(x := 1)", "[y := 1]", "f'{record}'", "f'{record.__class__}'",
    "b'abc'", "r'abc'", "rb'x'", "u'x'", "1j", "0x10", "0b1", "0o7", "1e5", "1_000", "...", "{}", "{'a': 1}",
    "{1, 2}",
    "{**record}", "[*record.lines]", "{x for x in record.lines}", "{x: x for x in record.lines}",
    "SUM(*record.lines)", "IF(condition=true)", "ROUND(number=1)", "ROUND(**record)", "ABS(1, **record)",
    "record.x = 1", "x = 1", "import os", "del record",
    "await record", "yield 1", "(yield)", "(yield from record)", "async for x in y",
    "[x async for x in record.lines]", "record.lines[0:1]", "record.lines[:]", "record[record.x]",
    "record['a', 'b']", "record[null]", "record[1.5]",
    "record[true]", "record[-'a']", "1 is 1", "record is null", "record is not null", "2 ** 3", "9**9**9", "2 // 3",
    "1 @ 2", "1 << 9", "1 >> 1", "1 | 2", "1 & 2", "1 ^ 2", "~1", "a; b", "a, *b", "1 if 2", "@x", "$x", "x?",
    "`ls`", "!x", "x!", "a.b.", ".a", "a..b", "a b", "1 2", "(", ")", "[", "'", '"', "'''a\n'''", "\\", "a\\\nb",
    "# a", "1 # a",
    "[[x for x in y] for y in record.lines]", "[x for x in [y for y in record.lines]]", "[x for x in a for y in b]",
    "sum(x for x in (y for y in record.lines))", "[x for x, y in record.lines]", "[x for record.x in record.lines]",
    "[x for x[0] in record.lines]", "('a').b", "(1).real", "1.0.real", "1 .real", "(1 + 1).x", "[1][0]", "'abc'[0]",
    "IF(true, record).x", "(record).__class__", "ＩＭＰＯＲＴ()", "＿＿import＿＿('os')", "record.＿＿class＿＿",
    "record._＿class__", "ｉｆ", "Ｔrue", "_＿x", "'\\x41'", "'\\N{BULLET}'", "'\\u0000'", "'\\ud800'", "'\\101'",
    "'a\0b'", "a\0b",
    "\u202e1", "\u200b1",
    "（1）", "“a”", "1；2", "record。x", "\ufeff1", "record.x\u2028", "now.tzinfo.utcoffset(now)", "today.replace(1)",
]  # fmt: skip


@pytest.mark.parametrize("source", REFUSED)
def test_t01_what_is_not_of_the_language_is_refused_when_it_is_read(source: str) -> None:
    with pytest.raises(ExpressionError) as error:
        compile_expression(source)
    assert 0 <= error.value.position <= len(source)


class Guarded:
    """Any look at it is caught."""

    secret = "s"

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"{name} was reached")


LOOKING = [
    "record.thing.secret", "record.thing", "record.thing == 1", "record.thing + 'x'", "CONCAT(record.thing)",
    "[x.secret for x in record.things]", "record.things[0].secret", "TEXT(record.thing)", "LEN(record.thing)",
    "record.text.upper", "record.number.real", "record.day.year", "record.list.append", "record.owner.id.upper",
    "now.tzinfo", "today.year", "record.linked.values.items", "COALESCE(record.thing, 1)",
]  # fmt: skip


@pytest.mark.parametrize("source", LOOKING)
def test_t01_no_attribute_of_a_python_object_is_reached(source: str) -> None:
    from_outside = {"thing": Guarded, "things": [compile], "text": "t", "number": 1, "list": [1], "owner": "m1"}
    record = {**from_outside, "linked": Linked("r1", {"x": 1})}
    try:
        value = compile_expression(source).evaluate({"record": record, "now": None, "today": None})
    except EvaluationError:
        return
    assert value is None


def test_t01_names_of_python_are_only_looked_up_in_the_given_values() -> None:
    record = {"keys": "a", "get": "b", "__class__": "c", "constructor": "d"}
    source = "[record.keys, record.get, record['__class__'], record.constructor, record.items]"
    assert compile_expression(source).evaluate({"record": record}) == ["a", "b", "c", "d", None]


CLOSED = {"Literal", "Path", "Unary", "Binary", "Compare", "Logic", "Conditional", "ListOf", "Call", "Each"}


def test_t01_the_list_of_node_kinds_is_closed() -> None:
    assert {kind.__name__ for kind in tree_module.Node.__args__} == CLOSED


FORBIDDEN = {"eval", "exec", "compile", "__import__", "getattr", "setattr", "hasattr", "vars", "globals", "locals"}
ROOMS = ("expressions", "permissions", "documents", "answers")


def _pure_files() -> list[Path]:
    here = Path(tree_module.__file__).parent.parent
    return [path for room in ROOMS for path in sorted((here / room).rglob("*.py"))]


@pytest.mark.parametrize("path", _pure_files(), ids=lambda path: "/".join(path.parts[-3:]))
def test_t01_no_pure_file_turns_text_into_code_or_reaches_by_name(path: Path) -> None:
    parsed = ast.parse(path.read_text())
    calls = [node.func for node in ast.walk(parsed) if isinstance(node, ast.Call)]
    names = {call.id for call in calls if isinstance(call, ast.Name)}
    assert not names & FORBIDDEN
    attributes = {node.attr for node in ast.walk(parsed) if isinstance(node, ast.Attribute)}
    assert not attributes & {"literal_eval", "__dict__", "__globals__", "__subclasses__", "attrgetter", "methodcaller"}


BIG = {"n": 10**25, "t": "x" * 90_000, "many": list(range(10_000)), "more": ["y" * 5_000] * 10_000}
COSTLY = [
    "'x' * 9", "9 * 'x'", "[1] * 9", "record.many * 2", "t * 100000", "n * n", "n * 100000", "t + t", "CONCAT(t, t)",
    "REPLACE(t, 'x', 'xx')", "REPLACE(t, 'x', t)", "JOIN(more)", "JOIN(many, t)", "many + many", "more", "[t, t]",
    "[CONCAT(t, x) for x in many]", "[SUM(many) for x in many]", "[x for x in many if x in many]",
    "[COUNT(more) for x in many]", "[many == many for x in many]", "TEXT(n * n, '0.00')",
    "[REPLACE(t, 'x', 'y') for x in many]", "[UPPER(t) for x in many]", "ADD_DAYS(today, 10000000000)",
    "ROUND(1, 99)",
    "ADD_MONTHS(today, n)", "DATE(n, 1, 1)", "DAYS_OF(n)", "DAYS_OF(1) * n", "LEFT(t, n) + t", "'%s' % t",
    "'%9999999d' % 1",
    "VALUE('" + "9" * 99 + "')", "[[t, t] == [t, t] for x in many]", "[CONTAINS(many, 'z') for x in many]",
]  # fmt: skip


@pytest.mark.parametrize("source", COSTLY)
def test_t02_a_costly_expression_is_stopped(source: str) -> None:
    with pytest.raises((EvaluationError, ExpressionError)):
        compile_expression(source).evaluate({**BIG, "record": BIG, "today": date(2024, 3, 1)})


NESTED = [
    "(" * 900 + "1" + ")" * 900, "[" * 900 + "]" * 900, "-" * 1900 + "1", "not " * 490 + "true", "1" + "+1" * 990,
    "a" + ".b" * 990, "a" + "['b']" * 390, "IF(true," * 240 + "1", "1" + " if true else 1" * 130, "1" + "<1" * 990,
    "ABS(" * 300 + "1" + ")" * 300, "x" * 2001, "1" * 1000, "[" + "1," * 900 + "]",
    "a<" + "(a<" * 40 + "b<c" + "<c)" * 40, "0." + "1" * 500, "a[" * 600, "a if " * 390, "lambda:" * 280,
]  # fmt: skip


@pytest.mark.parametrize("source", NESTED, ids=range(len(NESTED)))
def test_t02_a_source_that_is_too_deep_long_or_wide_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError):
        compile_expression(source)


def test_t02_a_result_within_bounds_is_given_whole() -> None:
    assert len(compile_expression("t").evaluate(BIG)) == 90_000
    assert compile_expression("SUM(many)").evaluate(BIG) == 49_995_000


def test_t02_values_from_outside_are_bounded_too() -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = [deep]
    for value in (deep, 10**40, "x" * 200_000, float("nan"), b"bytes", object()):
        with pytest.raises(EvaluationError):
            compile_expression("x").evaluate({"x": value})


def shown(value: Any, path: tuple[str, ...] | None) -> str:
    return str(value)


VALUES = ["{{7*7}}", "{{ record.secret }}", "{% for x in y %}", "{% raw %}{{1}}{% endraw %}", "${7*7}", "<%= 7 %>"]


@pytest.mark.parametrize("value", VALUES)
def test_t03_a_value_is_put_in_as_it_is_and_never_read_again(value: str) -> None:
    names = {"record": {"name": value, "secret": "s"}}
    assert compile_text("Hello {{ record.name }}!").evaluate(names, shown) == f"Hello {value}!"
    assert compile_text("{{ CONCAT('{', record.name) }}").evaluate(names, shown) == "{" + value


@pytest.mark.parametrize("source", ["{% if x %}", "{# c #}", "{%- set x = 1 -%}", "{ {7*7} }", "#{7*7}", "${7}", "}}"])
def test_t03_other_template_languages_in_a_text_are_only_text(source: str) -> None:
    assert compile_text(source).evaluate({}, shown) == source


@pytest.mark.parametrize(
    "source",
    ["{{ a }}{{", "{{", "{{ }}", "{{ ''.__class__ }}", "{{ x|safe }}", "{{ x.__init__ }}", "{{ '}}", "{{ cycler() }}"],
)
def test_t03_only_our_expressions_stand_in_double_braces(source: str) -> None:
    with pytest.raises(ExpressionError):
        compile_text(source)
