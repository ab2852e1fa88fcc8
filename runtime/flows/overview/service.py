"""Runs with what they are about, incidents with what can be done: what the pages show, read in few queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.contracts import Actor, Conflict, NotFound
from runtime.flows import service, shown
from runtime.flows.compiled import compile_flow
from runtime.flows.incidents import service as incidents
from runtime.flows.incidents.service import Group
from runtime.flows.models import FlowRun, Incident
from runtime.i18n import text_in, title_in
from runtime.records.around import service as around
from runtime.releases import service as releases

MENDED_AT_ONCE = 500
MOST = 100


@dataclass(frozen=True)
class Line:
    """A run in a list: its flow's title, and what its record is called."""

    run: FlowRun
    title: str
    record: str | None
    milliseconds: int | None


@dataclass(frozen=True)
class Trouble:
    """Incidents with one cause, as the page shows them."""

    group: Group
    app_key: str
    app_title: str
    flow: str
    node: str | None
    newest: Incident


def run_lines(query: service.RunQuery, lang: str) -> tuple[list[Line], str | None]:
    """Runs for a list, and where the next page begins."""
    rows, more = service.runs(query)
    labels = _labels(rows)
    return [_line(row, lang, labels) for row in rows], more


def line_of(row: FlowRun, lang: str) -> Line:
    """One run as in a list."""
    return _line(row, lang, _labels([row]))


def _line(row: FlowRun, lang: str, labels: Mapping[str, str]) -> Line:
    took = shown.milliseconds(row.created_at, row.ended_at)
    return Line(row, _flow_title(row.app_id, row.release, row.flow, lang), labels.get(row.record_id or ""), took)


def _flow_title(app_id: str, release: int, key: str, lang: str) -> str:
    try:
        return text_in(lang, releases.at(app_id, release).one("flows", key), "title") or key
    except NotFound:
        return key


def _labels(rows: Iterable[FlowRun]) -> dict[str, str]:
    """What the records are called, a query a form; deleted ones have no name."""
    wanted: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row.form and row.record_id:
            wanted.setdefault((row.app_id, row.form), set()).add(row.record_id)
    found: dict[str, str] = {}
    for (app_id, form), ids in wanted.items():
        try:
            found |= around.labels(app_id, form, ids)
        except NotFound:
            continue
    return found


def flow_titles(app_id: str, lang: str) -> dict[str, str]:
    """The flows of an app's live release."""
    try:
        flows = releases.current(app_id).all("flows")
    except NotFound:
        return {}
    return {key: text_in(lang, flow, "title") or key for key, flow in flows.items()}


# --- incidents ---------------------------------------------------------------------------------


def troubles(app_ids: Sequence[str], lang: str, kinds: Mapping[str, Any]) -> list[Trouble]:
    """What did not work in these apps, by cause."""
    apps = {app.id: app for app in releases.apps()}
    return [
        Trouble(
            group,
            apps[group.app_id].key,
            title_in(lang, apps[group.app_id]),
            flow_titles(group.app_id, lang).get(group.flow, group.flow),
            _node_title(group, lang, kinds),
            incidents.find(group.newest),
        )
        for group in incidents.groups(app_ids, MOST)
    ]


def _node_title(group: Group, lang: str, kinds: Mapping[str, Any]) -> str | None:
    if group.node is None:
        return None
    try:
        flow = releases.current(group.app_id).derived(compile_flow, "flows", group.flow)
    except NotFound:
        return group.node
    return shown.node_title(flow, group.node, kinds, lang)


def mend_all(one: Incident, act: str, actor: Actor) -> tuple[int, int]:
    """Retry or skip all runs that failed for the same reason; says how many went, and how many did not."""
    same = incidents.of_group(one.app_id, one.flow, one.node, one.gist, MENDED_AT_ONCE)
    outcomes = [_mend(incident, act, actor) for incident in same]
    return outcomes.count(True), outcomes.count(False)


def _mend(incident: Incident, act: str, actor: Actor) -> bool:
    try:
        if incident.run_id is None or incident.kind == "crash":
            service.dismiss(incident, actor)
        elif act == "retry":
            service.retry(incident.run_id, actor)
        else:
            service.skip(incident.run_id, actor)
    except Conflict:
        return False
    return True
