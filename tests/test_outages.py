"""What people sent is kept once while a web process dies under them and while the queue server is gone."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.browser.installation import ROOT, Installation, until

PATIENCE = 100
FORM = {
    "format": "form/1",
    "key": "visit",
    "title": "拜访",
    "schema": {"type": "object", "properties": {"name": {"type": "string"}, "seen": {"type": "boolean"}}},
    "ui": {},
}
FLOW = {
    "format": "flow/1",
    "key": "see",
    "title": "看见",
    "settings": {"run_as": "system"},
    "nodes": [
        {"id": "t", "type": "trigger.record", "config": {"form": "visit", "on": ["created"]}},
        {"id": "set", "type": "record.update", "config": {"record": "record.id", "set": {"seen": "true"}}},
    ],
    "edges": [{"id": "e", "source": "t", "port": "out", "target": "set"}],
}
APP = {"format": "app/1", "key": "crm", "title": "CRM", "lang": "zh-CN", "forms": [FORM], "flows": [FLOW]}
RECORDS = "/api/v1/apps/crm/forms/visit/records"


class Client:
    """A program that sends records to a running installation and tries again when nobody answers."""

    def __init__(self, installation: Installation, token: str) -> None:
        self.address = installation.address
        self.token = token
        self.cut_off = 0

    def call(self, method: str, path: str, body: Any = None, once: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": once} if once else {}
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.address + path, data, headers, method=method)
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            return json.load(answer)

    def submit(self, name: str) -> str:
        """The id of the record, however often it had to be sent."""

        def sent() -> str | None:
            try:
                return str(self.call("POST", RECORDS, {"name": name}, once=name)["id"])
            except urllib.error.HTTPError as refused:
                raise AssertionError(f"{name}: {refused.code} {refused.read().decode()}") from None
            except (OSError, HTTPException):
                self.cut_off += 1
                return None

        return str(until(sent, PATIENCE))

    def records(self) -> list[dict[str, Any]]:
        found = self.call("GET", f"{RECORDS}?limit=200")
        assert found["next"] is None
        return list(found["items"])

    def all_seen(self) -> bool:
        """Whether the flow has run for every record."""
        return all(item["data"].get("seen") for item in self.records())


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("outages"))
    made.start()
    yield made
    made.kill()


@pytest.fixture
def client(installation: Installation, token: str) -> Client:
    client = Client(installation, token)
    if "crm" not in [app["key"] for app in client.call("GET", "/api/v1/apps")["items"]]:
        client.call("POST", "/api/v1/apps?publish=true", APP)
    return client


@pytest.fixture(scope="module")
def token(installation: Installation) -> str:
    """A token of the demo admin, made as an operator makes one."""
    scopes = [part for scope in ("app:read", "app:write", "app:publish", "records:read", "records:write")
              for part in ("--scope", scope)]  # fmt: skip
    command = [sys.executable, str(ROOT / "wsgi.py"), "token", "create", "--tenant", "demo"]
    environ = os.environ | {"TRELLIS_HOME": str(installation.home)}
    made = subprocess.run([*command, "--user", "admin@demo.example", *scopes], env=environ, cwd=ROOT,
                          capture_output=True, text=True, check=True)  # fmt: skip
    return made.stdout.strip()


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    with suppress(OSError):  # it ends just now
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def web_workers(installation: Installation) -> list[int]:
    """The processes that answer requests: children of that child of the supervisor which has several."""
    return next((found for child in children(installation.process.pid) if len(found := children(child)) > 1), [])


def queue_server(installation: Installation) -> int | None:
    """Its process; None while it starts."""
    with suppress(OSError):
        for child in children(installation.process.pid):
            if "valkey" in Path(f"/proc/{child}/comm").read_text():
                return child
    return None


def names(client: Client, prefix: str) -> list[str]:
    return sorted(name for item in client.records() if (name := item["data"]["name"]).startswith(prefix))


def test_a_web_process_killed_in_a_request_loses_nothing_and_writes_nothing_twice(
    installation: Installation, client: Client
) -> None:
    wanted = [f"killed {number:03}" for number in range(120)]
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(client.submit, name) for name in wanted]
        for share in (20, 50, 80):
            until(lambda share=share: sum(answer.done() for answer in answers) >= share, PATIENCE)
            for pid in web_workers(installation):
                os.kill(pid, signal.SIGKILL)
        ids = [answer.result() for answer in answers]
    assert names(client, "killed") == wanted
    assert len(set(ids)) == len(wanted)
    assert client.cut_off
    assert until(client.all_seen, PATIENCE)


@pytest.mark.parametrize("hurt", ["hangs", "dies"])
def test_submitting_goes_on_while_the_queue_server_is_gone_and_flows_run_later(
    installation: Installation, client: Client, hurt: str
) -> None:
    queue = until(lambda: queue_server(installation), PATIENCE)
    os.kill(queue, signal.SIGSTOP if hurt == "hangs" else signal.SIGKILL)
    try:
        wanted = [f"{hurt} {number}" for number in range(3)]
        for name in wanted:
            client.submit(name)
        assert names(client, hurt) == wanted
    finally:
        resumed(queue, hurt)
    assert until(client.all_seen, PATIENCE)


def resumed(queue: int, hurt: str) -> None:
    """What hung goes on; what died is started again by the supervisor."""
    if hurt == "hangs":
        os.kill(queue, signal.SIGCONT)
