"""One flow goes out as a file and comes in again, or does not come in at all."""

import io
import json
from typing import Any

import pytest

from builder.drafts import service as drafts
from runtime.contracts import Actor
from runtime.identity.doors import service as doors
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import Home
from tests.runtime.flows.conftest import CUSTOMER, GRADING, TASK

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

URL = "/t/home/a/crm/build"
FLOW: dict[str, Any] = {
    **GRADING,
    "x-mine": {"kept": True},
    "groups": [{"id": "g1", "title": "分级", "nodes": ["tag"]}],
    "notes": [{"id": "n1", "text": "问经理", "at": [0, 0]}],
}


@pytest.fixture
def crm(home: Home) -> None:
    """A draft app without flows."""
    actor: Actor = doors.actor_of(home.member_id)[0]
    drafts.take_in({"format": "app/1", "key": "crm", "title": "CRM", "lang": "zh-CN", "forms": [CUSTOMER, TASK]}, actor)


def sent(owner: PageClient, content: bytes) -> Any:
    return owner.post(f"{URL}/import-flow", data={"file": (io.BytesIO(content), "a.json")})


def flows() -> list[dict[str, Any]]:
    return list(drafts.whole(releases.find_app("crm")).get("flows") or ())


def test_a_flow_comes_in_and_goes_out_the_same(owner: PageClient, crm: None) -> None:
    assert sent(owner, json.dumps(FLOW).encode()).headers["Location"].endswith("/build/flows/grading")
    answer = owner.get(f"{URL}/flows/grading/export")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert json.loads(answer.text) == FLOW


def test_a_key_that_is_taken_gives_way_to_a_free_one(owner: PageClient, crm: None) -> None:
    sent(owner, json.dumps(FLOW).encode())
    sent(owner, json.dumps(FLOW).encode())
    first, second = flows()
    assert first["key"] == "grading"
    assert {**second, "key": "grading"} == first
    assert second["key"] != "grading"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"nodes": "x"}, "/nodes"),
        ({"nodes": [{**GRADING["nodes"][0], "config": {"form": "nowhere", "on": ["created"]}}], "edges": []}, "/form"),
        ({"edges": [{"id": "e", "source": "t", "port": "out", "target": "ghost"}]}, "/edges/0/target"),
        ({"nodes": [*GRADING["nodes"], {"id": "z", "type": "shell.run", "config": {}}]}, "/nodes/4/type"),
    ],
)
def test_what_cannot_work_is_refused_with_its_places_and_nothing_is_kept(
    owner: PageClient, crm: None, change: dict[str, Any], place: str
) -> None:
    answer = sent(owner, json.dumps({**FLOW, **change}).encode())
    assert answer.status_code == 422
    assert place in answer.text
    assert flows() == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"format": "form/1"}', b"[" * 100_000])
def test_what_is_no_flow_is_refused(owner: PageClient, crm: None, content: bytes) -> None:
    assert sent(owner, content).status_code == 422
    assert flows() == []
