"""Each thing that is measured, as a function of a running site."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from runtime.bench import load, reference
from runtime.bench.documents import APP, KEY, visit
from runtime.bench.serving import Database, Site
from runtime.db import new_id
from runtime.records.models import record
from widgets.base import input_name

RECORDS = f"/apps/{KEY}/forms/visit/records"
LISTED = f"/apps/{KEY}/forms/listed/records"
Form = Mapping[str, str] | Sequence[tuple[str, str]]
JSON = {"Content-Type": "application/json"}
LIST = {
    "filter": '{"and": [{"field": "amount", "op": "gte", "value": 20000},'
    ' {"field": "score", "op": "lte", "value": 50}]}',
    "sort": "-visited",
    "limit": "50",
}
"""Nearly all records pass, so that there is a position 90,000 of 100,000."""


def install(site: Site) -> None:
    """Put the measured app there and publish it."""
    site.call("POST", "/apps?publish=true", APP)


# --- submitting ---------------------------------------------------------------------------------


def submit(site: Site, clients: int, seconds: float) -> load.Result:
    """Submit records that start no flow."""

    def ask(client: int, count: int) -> load.Request:
        return site.request("POST", RECORDS, visit(client * 1_000_000 + count))

    return load.run(site.address, ask, clients, seconds)


def submit_to_reference(address: str, clients: int, seconds: float) -> load.Result:
    """The same bodies to the bare route."""

    def ask(client: int, count: int) -> load.Request:
        return "POST", "/records", reference.body(visit(client * 1_000_000 + count)), JSON

    return load.run(address, ask, clients, seconds)


# --- flows --------------------------------------------------------------------------------------


def effect(site: Site, database: Database, times: int) -> load.Result:
    """From sending a record until the record that its flow makes can be read by others."""
    result, counted = load.Result(), Owner(database)
    connection = load.connect(site.address)
    started = time.perf_counter()
    for number in range(times):
        before = counted.tasks()
        sent = time.perf_counter()
        status, text = load.send(connection, site.request("POST", RECORDS, visit(number, 90)))
        if status != 201:
            raise RuntimeError(text)
        if _until(partial(counted.more_than, before), 20):
            result.latencies.append(time.perf_counter() - sent)
        else:
            result.failures += 1
    result.seconds = time.perf_counter() - started
    connection.close()
    return result


def sustained(site: Site, database: Database, clients: int, seconds: float) -> tuple[load.Result, float]:
    """Submits of so many clients, each starting a run, and runs per second until the last effect is there."""
    counted = Owner(database)
    before = counted.tasks()

    def ask(client: int, count: int) -> load.Request:
        return site.request("POST", RECORDS, visit(client * 1_000_000 + count, 90))

    started = time.perf_counter()
    result = load.run(site.address, ask, clients, seconds)
    expected = before + len(result.latencies)
    _until(lambda: counted.tasks() >= expected, 120, pause=0.02)
    return result, (counted.tasks() - before) / (time.perf_counter() - started)


class Owner:
    """The tables' owner, looking into the database beside the running site."""

    def __init__(self, database: Database) -> None:
        self._connection = reference.open_connection(database.admin_url)
        self._new_id = "new_id()"
        self._is_sqlite = database.kind == "sqlite"
        if self._is_sqlite:
            self._connection.create_function("new_id", 0, new_id)
        else:  # row-level security holds for the owner too
            self._new_id = "uuidv7()" if self._one("SHOW server_version_num") >= "180000" else "gen_random_uuid()"
            tenant = self._one("SELECT tenant_id FROM door WHERE key = 'demo'")
            self._connection.execute("SELECT set_config('app.tenant', %s, false)", (str(tenant),))

    def tasks(self) -> int:
        """How many records flows have made."""
        return int(self._one("SELECT count(*) FROM record WHERE form = 'task' AND deleted_at IS NULL"))

    def more_than(self, before: int) -> bool:
        return self.tasks() > before

    def copy_records(self, form: str, wanted: int) -> None:
        """Make so many copies of the form's records, with ids of their own."""
        columns = ", ".join(f'"{column.name}"' for column in record.c if column.name != "id")
        run = self._connection.execute
        run("DROP TABLE IF EXISTS original")
        run(f"CREATE TEMPORARY TABLE original AS SELECT id AS original FROM record WHERE form = '{form}'")
        originals = int(self._one("SELECT count(*) FROM original"))
        for made in range(0, wanted, originals):
            run(
                f"INSERT INTO record (id, {columns}) SELECT {self._new_id}, {columns} FROM record"
                f" JOIN original ON original = record.id LIMIT {min(originals, wanted - made)}"
            )
        if not self._is_sqlite:
            run("VACUUM ANALYZE record")  # as it happens by itself after a while

    def _one(self, query: str) -> Any:
        return self._connection.execute(query).fetchone()[0]


def _until(condition: Callable[[], bool], seconds: float, pause: float = 0.0005) -> bool:
    deadline = time.perf_counter() + seconds
    while not condition():
        if time.perf_counter() > deadline:
            return False
        time.sleep(pause)
    return True


# --- reading ------------------------------------------------------------------------------------


def fill(site: Site, database: Database, form: str, wanted: int, by_door: int) -> int:
    """Have so many records to read from: the first come through the door of all others, the rest are copies.

    Gives how many there are.
    """
    submit_so_many(site, form, by_door)
    Owner(database).copy_records(form, wanted - count(site, form))
    return count(site, form)


def submit_so_many(site: Site, form: str, wanted: int, clients: int = 4) -> None:
    """Submit so many records that start no flow."""
    share = wanted // clients
    path = f"/apps/{KEY}/forms/{form}/records"

    def requests(client: int) -> Iterator[load.Request]:
        for number in range(share):
            yield site.request("POST", path, visit(100_000_000 + client * share + number))

    load.send_all(site.address, requests, clients)


def count(site: Site, form: str) -> int:
    """How many records a form has."""
    path = f"/apps/{KEY}/forms/{form}/records/aggregate?metric=count"
    return int(site.call("GET", path)["groups"][0]["metrics"]["count"])


def page(site: Site, seconds: float, cursor: str | None = None) -> load.Result:
    """One page of 50 by two filters and a sort, as JSON."""
    query = urlencode(LIST | ({"cursor": cursor} if cursor else {}))
    return load.run(site.address, lambda client, count: site.request("GET", f"{LISTED}?{query}"), 1, seconds)


def cursor_at(site: Site, position: int) -> str:
    """The cursor behind so many records of the list."""
    cursor, step = "", 200
    for _ in range(position // step):
        query = urlencode(LIST | {"limit": str(step)} | ({"cursor": cursor} if cursor else {}))
        cursor = site.call("GET", f"{LISTED}?{query}")["next"]
        if not cursor:
            raise RuntimeError("the list ends before that position")
    return cursor


def groups(site: Site, seconds: float) -> load.Result:
    """Records counted by a choice."""
    path = f"{LISTED}/aggregate?group=stage&metric=count"
    return load.run(site.address, lambda client, count: site.request("GET", path), 1, seconds)


# --- pages --------------------------------------------------------------------------------------


class Browser:
    """A signed-in person: keeps cookies, and the token that forms carry."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.cookies: dict[str, str] = {}
        self.connection = load.connect(site.address)
        password = (site.home / "demo-password").read_text().strip()
        form = {"sign_in": "admin@demo.example", "password": password, "csrf_token": self.token("/sign-in")}
        status, _ = self.ask("POST", "/sign-in", form)
        if status != 303 and status != 302:
            raise RuntimeError(f"signing in was answered with {status}")

    def token(self, path: str) -> str:
        found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', self.ask("GET", path)[1])
        return found.group(1).decode() if found else ""

    def request(self, method: str, path: str, form: Form | None = None) -> load.Request:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Origin": self.site.address, "Accept-Language": "zh-CN"}
        if form is None:
            return method, path, None, headers
        return method, path, urlencode(form).encode(), headers | {"Content-Type": "application/x-www-form-urlencoded"}

    def ask(self, method: str, path: str, form: Form | None = None) -> tuple[int, bytes]:
        self.connection.request(*self.request(method, path, form))
        answer = self.connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content
        return answer.status, answer.read()


def table_page(browser: Browser, seconds: float, cursor: str | None = None) -> load.Result:
    """The same list as a page for people."""
    asked = {"filter": LIST["filter"], "sort": LIST["sort"]} | ({"cursor": cursor} if cursor else {})
    path = f"/t/demo/a/{KEY}/f/listed/?{urlencode(asked)}"
    return load.run(browser.site.address, lambda client, count: browser.request("GET", path), 1, seconds)


def board_path() -> str:
    """The address of the board."""
    return f"/t/demo/a/{KEY}/v/board"


def unfold(browser: Browser, seconds: float) -> load.Result:
    """A change of the deciding field in a form of 200 fields, which makes one more question appear."""
    path = f"/t/demo/a/{KEY}/f/wide"
    page = browser.ask("GET", f"{path}/new")[1].decode()
    inputs = [
        dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page)
    ]
    hidden = [(one["name"], one.get("value", "")) for one in inputs if one.get("type") == "hidden" and "name" in one]
    typed = [(input_name(f"f{number}"), "x") for number in range(1, 200)]
    form = [*hidden, (input_name("kind"), "b"), *typed]

    def ask(client: int, count: int) -> load.Request:
        method, where, body, headers = browser.request("POST", f"{path}/unfold", form)
        return method, where, body, headers | {"HX-Request": "true"}

    if b"more" not in load.send(browser.connection, ask(0, 0))[1]:
        raise RuntimeError("the question does not appear")
    return load.run(browser.site.address, ask, 1, seconds)
