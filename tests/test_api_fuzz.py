"""A nasty stranger with a token: whatever is sent, it is refused in a sentence or carried out, and nothing breaks."""

import copy
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from flask import Flask, Request
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict

from runtime.db import new_id, tenant
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.security.limits import limiter
from tests.client import PageClient
from tests.hostile import (
    BODIES,
    CONTENT_TYPES,
    HEADERS,
    IN_ADDRESSES,
    IN_HEADERS,
    VALUES,
    in_address,
    places,
    put,
    wrong_on_page,
    wrong_with,
)
from tests.walk import GOLDEN, Call, Full, calls, full_tenant, uuids

ARGUMENTS = (
    "filter",
    "sort",
    "limit",
    "cursor",
    "fields",
    "group",
    "metric",
    "app",
    "flow",
    "state",
    "record",
    "after",
)
ON_PAGES = ("filter", "sort", "cursor", "after", "before", "q", "_q", "selected", "record", "value", "view", "state")
RECORD = {"name": "仁和医院", "industry": "医疗", "annual_purchase": 12.5, "since": "2026-02-03", "key_account": True}
SOUND: dict[str, Any] = {
    "/api/v1/apps/<app>/forms/<form>/records": RECORD,
    "/api/v1/apps/<app>/forms/<form>/records/<uuid:record>": RECORD,
    "/api/v1/apps": GOLDEN,
    "/api/v1/apps/<app>/clone": {"key": "copy", "title": "Copy"},
    "/api/v1/apps/<app>/flows/<flow>/runs": {"record": "x"},
    "/api/v1/runs/<uuid:run>/retry": {"newer": True},
}
KINDS = {"forms": GOLDEN["forms"][1], "flows": GOLDEN["flows"][0], "roles": GOLDEN["roles"][1]}
KINDS |= {"views": GOLDEN["views"][1], "reports": GOLDEN["reports"][0], "calendars": GOLDEN["calendars"][0]}


class Asked(ImmutableMultiDict[str, str]):
    """The arguments of a request; `names` are those that its route asks for, all of them when it goes through all.

    The guard, which looks through the values of every request, does that by `listvalues` and is not noted.
    """

    names: ClassVar[set[str]] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return super().__contains__(name)

    def getlist(self, name: str, *kind: Any, **more: Any) -> list[Any]:
        self.names.add(name)
        return super().getlist(name, *kind, **more)

    def __iter__(self) -> Iterator[str]:
        self.names.update(ARGUMENTS, ON_PAGES)
        return super().__iter__()

    def items(self, *args: Any, **more: Any) -> Any:
        self.names.update(ARGUMENTS, ON_PAGES)
        return super().items(*args, **more)

    def lists(self) -> Any:
        self.names.update(ARGUMENTS, ON_PAGES)
        return super().lists()


@dataclass
class Stranger:
    """Somebody who may do everything in one tenant and has bad manners."""

    client: PageClient
    full: Full
    token: str
    app: Flask
    turns: Iterator[str] = field(default_factory=lambda: itertools.cycle(IN_ADDRESSES))

    @property
    def calls(self) -> list[Call]:
        """The API, what deletes last."""
        return sorted((call for call in calls(self.app) if call.is_api), key=lambda call: call.method == "DELETE")

    def values(self, call: Call) -> dict[str, str]:
        return self.full.values() | dict.fromkeys(uuids(call), self.full.record_id)

    def sound_requests(self) -> list[tuple[Call, str, Any]]:
        """Calls with their address and a body that is taken as it is."""
        by_rule = {call.rule: call for call in self.calls if call.method in ("POST", "PATCH")}
        save = next(call for call in self.calls if call.method == "PUT")
        posts = [(by_rule[rule], by_rule[rule].path(self.values(by_rule[rule])), body) for rule, body in SOUND.items()]
        return posts + [(save, f"/api/v1/apps/sales/{kind}/{body['key']}", body) for kind, body in KINDS.items()]

    def send(self, call: Call, path: str = "", **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        path = path or call.path(self.values(call))
        return self.client.open(path, method=call.method, headers=headers, **more)

    def arguments(self, call: Call, names: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Every text under every name that the route asks for.

        To the route every other name is like any other: these bring every text once more, one each.
        """
        Asked.names.clear()
        self.send(call)
        asked = set(Asked.names)
        for name in names:
            for text in IN_ADDRESSES if name in asked else [next(self.turns)]:
                yield name, text

    def in_parameters(self, call: Call) -> Iterator[tuple[str, str]]:
        """Every text in every parameter of the address; which tenant is meant is found before any route: one each."""
        for name in call.converters:
            for text in [next(self.turns)] if name == "tenant" else IN_ADDRESSES:
                yield name, text


@pytest.fixture
def stranger(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Stranger:
    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setattr("runtime.events.wake", lambda: None)
    monkeypatch.setattr(Request, "parameter_storage_class", Asked)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    full = full_tenant("stranger")
    with tenant(full.tenant_id):
        token = doors.issue_token(full.member_id, doors.SCOPES)
    return Stranger(app.test_client(), full, token, app)  # type: ignore[arg-type]


def complaints(answers: Iterable[tuple[Call, Any, Any]]) -> str:
    """What was wrong with the answers, a line for each kind of it."""
    seen: dict[str, str] = {}
    for call, what, answer in answers:
        wrong = wrong_with(answer) if call.is_api else wrong_on_page(answer)
        if wrong:
            seen.setdefault(f"{call.method} {call.rule}: {wrong:.200}", f"{what!r:.80}")
    return "\n".join(f"{where} from {what}" for where, what in seen.items())


def test_no_body_breaks_the_api(stranger: Stranger) -> None:
    def answers() -> Iterator[tuple[Call, Any, Any]]:
        for call in stranger.calls:
            if call.method != "GET":
                for body in BODIES:
                    yield call, body, stranger.send(call, data=body, content_type="application/json")
                for kind in CONTENT_TYPES:
                    yield call, kind, stranger.send(call, data=b'{"a": 1}', content_type=kind)

    assert complaints(answers()) == ""


def test_no_argument_breaks_the_api(stranger: Stranger) -> None:
    def answers() -> Iterator[tuple[Call, Any, Any]]:
        for call in (call for call in stranger.calls if call.method == "GET"):
            for name, text in stranger.arguments(call, ARGUMENTS):
                yield call, (name, text), stranger.send(call, query_string=f"{name}={in_address(text)}")

    assert complaints(answers()) == ""


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_header_breaks_the_api(stranger: Stranger) -> None:
    def answers() -> Iterator[tuple[Call, Any, Any]]:
        for call, name, text in itertools.product(stranger.calls, HEADERS, IN_HEADERS):
            sent = text.encode(errors="surrogatepass").decode("latin-1")
            yield call, (name, text), stranger.send(call, headers={name: sent}, json={})

    assert complaints(answers()) == ""


def test_no_address_breaks_the_api_or_a_page(stranger: Stranger) -> None:
    stranger.client.sign_in(doors.open_session(accounts.find_account_by_id(stranger.full.account_id)))

    def answers() -> Iterator[tuple[Call, Any, Any]]:
        for call in calls(stranger.app):
            for name, text in stranger.in_parameters(call):
                path = call.path(stranger.values(call) | {name: in_address(text)})
                yield call, (name, text), stranger.send(call, path, **({"json": {}} if call.is_api else {}))
            missing = call.path(stranger.values(call) | dict.fromkeys(uuids(call), new_id()))
            yield call, "missing", stranger.send(call, missing)

    assert complaints(answers()) == ""


def test_no_argument_breaks_a_page(stranger: Stranger) -> None:
    stranger.client.sign_in(doors.open_session(accounts.find_account_by_id(stranger.full.account_id)))

    def answers() -> Iterator[tuple[Call, Any, Any]]:
        pages = [call for call in calls(stranger.app) if call.method == "GET" and not call.is_api]
        for call in pages:
            for name, text in stranger.arguments(call, ON_PAGES):
                yield call, (name, text), stranger.send(call, query_string=f"{name}={in_address(text)}")

    assert complaints(answers()) == ""


def test_no_value_anywhere_in_a_sound_body_breaks_the_api(stranger: Stranger) -> None:
    @bounds(max_examples=200, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def hold(data: st.DataObject) -> None:
        call, path, sound = data.draw(st.sampled_from(stranger.sound_requests()))
        place, value = data.draw(st.sampled_from(places(sound))), data.draw(st.sampled_from(VALUES))
        body = put(copy.deepcopy(sound), place, value, data.draw(st.booleans()))
        answer = stranger.send(call, path, data=json.dumps(body).encode(), content_type="application/json")
        assert complaints([(call, (place, value), answer)]) == ""

    hold()
