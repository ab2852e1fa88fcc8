"""What a form works out by itself: defaults and formulas, each after those it reads, and its checks."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, NamedTuple

import networkx

from runtime.answers.formats import Normalize
from runtime.answers.merging import same
from runtime.answers.schemas import FormError
from runtime.answers.visibility import Field, Unfolded, is_empty
from runtime.documents.bounds import pointer
from runtime.expressions import EvaluationError, Expression, ExpressionError, compile_expression, json_of
from runtime.i18n import Message, message

_LIVE = frozenset({"now", "today", "me"})
"""A formula that reads one of these is never kept: it is another one for the next reader or on the next day."""


class Failure(NamedTuple):
    """An expression that could not be evaluated, or a check that does not hold."""

    field: str
    keyword: str
    why: Message | None
    reads: frozenset[str]
    rule: Any = None


@dataclass(frozen=True)
class Rule:
    """How the value of a field is worked out: by an expression, or (a default only) a constant."""

    field: Field
    keyword: str
    expression: Expression | None
    constant: Any = None

    @property
    def name(self) -> str:
        """The field's name."""
        return self.field.name

    @property
    def reads(self) -> frozenset[str]:
        """The fields its expression reads."""
        return fields_read(self.expression) if self.expression else frozenset()

    @property
    def roots(self) -> frozenset[str]:
        """The names its expression starts from."""
        return frozenset(path[0] for path in self.expression.reads) if self.expression else frozenset()


@dataclass(frozen=True)
class Settled:
    """What stands when nothing changes any more: visible answers with what was worked out from them."""

    visible: dict[str, Any]
    unfolded: Unfolded
    live: dict[str, Any]
    failures: tuple[Failure, ...]


def fields_read(expression: Expression) -> frozenset[str]:
    """The names of the record's fields an expression looks at."""
    return frozenset(path[1] for path in expression.reads if path[0] == "record" and len(path) > 1)


class Computing:
    """The defaults, formulas and checks of one form, compiled once; raises FormError for what cannot work."""

    def __init__(
        self,
        fields: Mapping[str, Field],
        normalizers: Mapping[str, Normalize],
        checks: Sequence[tuple[str, Any]],
        deciding: Set[str],
    ) -> None:
        self._fields = fields
        self._normalizers = normalizers
        self._rules = _in_order([rule for field in fields.values() if (rule := _rule_of(field))])
        self.live = _live_names(self._rules)
        """The formulas that are shown and never kept."""
        # Unless a condition reads what was worked out, one pass is enough.
        self._passes = len(fields) + 2 if any(rule.name in deciding for rule in self._rules) else 0
        expressions = [rule.expression for rule in self._rules if rule.expression]
        expressions += [_compiled(_source(check), name, "x-check") for name, check in checks]
        self.reads: frozenset[tuple[str, ...]] = frozenset().union(*(each.reads for each in expressions))
        looked_at = {path[1] for path in self.reads if path[0] == "record" and len(path) > 1}
        self._read = fields if ("record",) in self.reads else {name: fields[name] for name in looked_at & fields.keys()}

    def settle(
        self,
        unfold: Callable[[Mapping[str, Any]], Unfolded],
        given: Mapping[str, Any],
        names: Mapping[str, Any],
        stored: Mapping[str, Any],
        defaults: Set[str],
    ) -> Settled:
        """Drops folded answers and works out the rest, again and again until nothing changes.

        `stored` are the computed values kept so far; `defaults` the names that may be given their default.
        """
        state = {**stored, **given}
        settled = self._pass(unfold(state), state, names, stored, defaults)
        for _ in range(self._passes):
            state = {**given, **settled.visible}
            again = self._pass(unfold(state), state, names, stored, defaults)
            done = again.unfolded is settled.unfolded and same(again.visible, settled.visible)
            settled = again
            if done:
                break
        return settled

    def _pass(
        self,
        unfolded: Unfolded,
        state: Mapping[str, Any],
        names: Mapping[str, Any],
        stored: Mapping[str, Any],
        defaults: Set[str],
    ) -> Settled:
        due = [rule for rule in self._rules if rule.name in unfolded.asked and _is_due(rule, names, defaults)]
        worked_out = {rule.name for rule in due}
        asked = unfolded.asked
        visible = {name: value for name, value in state.items() if name in asked and name not in worked_out}
        if not due:
            return Settled(visible, unfolded, {}, ())
        return self._work_out(due, Settled(visible, unfolded, {}, ()), names)

    def _work_out(self, due: Sequence[Rule], start: Settled, names: Mapping[str, Any]) -> Settled:
        visible, live, failures = dict(start.visible), dict(start.live), list(start.failures)
        scope = scope_of(self._read, visible, names)
        for rule in due:
            try:
                value = self._value(rule, scope)
            except EvaluationError as error:
                failures.append(Failure(rule.name, rule.keyword, error.message, rule.reads))
                continue
            if not is_empty(value):
                (live if rule.name in self.live else visible)[rule.name] = value
                scope["record"][rule.name] = rule.field.value(value)
        return Settled(visible, start.unfolded, live, tuple(failures))

    def _value(self, rule: Rule, scope: Mapping[str, Any]) -> Any:
        value = json_of(rule.expression.evaluate(scope)) if rule.expression else rule.constant
        normalize = self._normalizers.get(rule.name)
        return normalize(value) if normalize else value

    def broken_checks(self, settled: Settled, names: Mapping[str, Any]) -> Iterator[Failure]:
        """The checks in force that do not hold; one that comes to nothing (null) holds, as in SQL."""
        if not settled.unfolded.checks:
            return
        scope = scope_of(self._read, {**settled.visible, **settled.live}, names)
        for name, check in settled.unfolded.checks:
            expression = compile_expression(_source(check))
            try:
                if expression.evaluate(scope) in (True, None):
                    continue
                why = None
            except EvaluationError as error:
                why = error.message
            yield Failure(name, "x-check", why, fields_read(expression), check)


def scope_of(fields: Mapping[str, Field], data: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """The names an expression of a form may use; `names` may bring what else is known of the record."""
    values = {name: field.value(data[name]) for name, field in fields.items() if name in data}
    return {"old": {}, **names, "record": {**names.get("record", {}), **values}}


def _is_due(rule: Rule, names: Mapping[str, Any], defaults: Set[str]) -> bool:
    if rule.keyword != "x-formula":
        return rule.name in defaults
    # What linked records say is fetched by the caller; without it the value kept so far stands.
    return "linked" not in rule.roots or "linked" in names


# --- compiling ---------------------------------------------------------------------------------


def _rule_of(field: Field) -> Rule | None:
    formula = field.schema.get("x-formula")
    if formula is not None:
        return Rule(field, "x-formula", _compiled(formula, field.name, "x-formula"))
    if field.is_computed:
        return None
    default = field.schema.get("x-default")
    if isinstance(default, str):
        return Rule(field, "x-default", _compiled(default, field.name, "x-default"))
    constant = field.schema.get("default") if default is None else default
    return None if is_empty(constant) else Rule(field, "x-default", None, constant)


def _source(check: Any) -> Any:
    return check.get("expr") if isinstance(check, dict) else check


def _compiled(source: Any, name: str, keyword: str) -> Expression:
    where = "/schema" + (pointer("properties", name) if name else "") + "/" + keyword
    if not isinstance(source, str):
        raise FormError.at(where, keyword, message("An expression is needed here."))
    try:
        return compile_expression(source)
    except ExpressionError as error:
        raise FormError.at(where, keyword, error.message) from None


def _in_order(rules: list[Rule]) -> list[Rule]:
    """Each after those it reads."""
    by_name = {rule.name: rule for rule in rules}
    graph: Any = networkx.DiGraph()
    graph.add_nodes_from(by_name)
    graph.add_edges_from((read, rule.name) for rule in rules for read in rule.reads if read in by_name)
    try:
        return [by_name[name] for name in networkx.topological_sort(graph)]
    except networkx.NetworkXUnfeasible:
        cycle = [edge[0] for edge in networkx.find_cycle(graph)]
        where = "/schema" + pointer("properties", cycle[0]) + "/" + by_name[cycle[0]].keyword
        why = message("These fields are worked out from each other in a circle: %(names)s.", names=", ".join(cycle))
        raise FormError.at(where, "cycle", why) from None


def _live_names(rules: Sequence[Rule]) -> frozenset[str]:
    live: set[str] = set()
    for rule in rules:
        if rule.keyword == "x-formula" and (rule.roots & _LIVE or rule.reads & live):
            live.add(rule.name)
    return frozenset(live)
