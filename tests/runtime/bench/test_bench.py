"""The measuring instruments: what they count, and that what they measure with is sound."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from runtime.answers import compile_form, read
from runtime.bench import aims, load, reference
from runtime.bench.documents import APP, VISIT, WIDE, visit
from runtime.bench.run import Column, compared, rate, table
from runtime.documents import check


class Door(BaseHTTPRequestHandler):
    """Answers 201, and 500 to who asks for it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.send_response(500 if self.path == "/broken" else 201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    serving.join()


def test_every_client_asks_and_failures_are_counted_apart(address: str):
    result = load.run(address, lambda client, count: ("GET", "/broken" if client else "/", None, {}), 2, 0.2)
    assert result.latencies
    assert result.failures
    assert result.per_second == len(result.latencies) / result.seconds
    assert "FAILED" in rate(result)


def test_quantiles_are_milliseconds():
    result = load.Result(10, [number / 1000 for number in range(1, 101)])
    assert result.quantile(0.5) == pytest.approx(50.5, abs=0.2)
    assert result.quantile(0.95) == pytest.approx(95.05, abs=0.2)
    assert load.Result(1, [0.002]).quantile(0.5) == 2
    assert load.Result().quantile(0.95) == 0


def test_what_a_neighbour_feels_is_said_beside_what_it_feels_alone():
    alone, disturbed = load.Result(1, [0.01, 0.01]), load.Result(1, [0.015, 0.015], failures=1)
    assert compared(alone, disturbed) == "p95 10.0 → 15.0 ms, 1.5 times, 1 FAILED"
    assert compared(load.Result(), disturbed).startswith("p95 0.0 → 15.0 ms, 0.0 times")


def test_sending_all_stops_at_what_is_refused(address: str):
    with pytest.raises(RuntimeError, match="500"):
        load.send_all(address, lambda client: iter([("GET", "/broken", None, {})]), 1)


def test_the_table_has_a_row_for_each_thing_measured_anywhere():
    first, second = Column("sqlite", {"a": "1", "b": "2"}), Column("postgresql", {"b": "3"})
    assert table([first, second]).splitlines()[2:] == ["| a | 1 | – |  |", "| b | 2 | 3 |  |"]


def test_what_was_seen_on_postgresql_is_held_against_the_aims():
    slow = Column("sqlite", {aims.GROUPS: "p50 90"}, {aims.GROUPS: 90})
    quick = Column(
        "postgresql", {aims.GROUPS: "p50 19", aims.SUSTAINED: "399/s"}, {aims.GROUPS: 19, aims.SUSTAINED: 399}
    )
    assert table([slow, quick]).splitlines()[2:] == [
        "| group count | p50 90 | p50 19 | ≤ 20 ms p50: met |",
        "| flow runs sustained, 8 clients | – | 399/s | ≥ 400 runs/s: missed |",
    ]
    assert table([slow]).splitlines()[2:] == ["| group count | p50 90 | ≤ 20 ms p50 |"]


def test_a_figure_of_a_moment_when_the_machine_was_slow_says_so():
    column = Column("sqlite", {"a": "1", "b": "2", "c": "3"}, paces={"a": 50.0, "b": 100.0, "c": 90.0})
    assert table([column]).splitlines()[2:] == ["| a | 1; machine at 0.50 |  |", "| b | 2 |  |", "| c | 3 |  |"]


def test_the_pace_is_taken_with_each_row():
    column = Column("sqlite")
    with column.row("a"):
        column.put("a", "1")
    assert column.paces["a"] > 0


def test_the_measured_app_is_sound_and_takes_its_twelve_answers():
    assert check("app", APP) == []
    for number in range(50):
        assert len(visit(number)) == 12
        assert read(compile_form(VISIT), visit(number)).problems == ()
    assert len(compile_form(WIDE).unfold({"kind": "a"}).order) == 200


def test_the_reference_inserts_what_it_is_sent(tmp_path):
    url = f"sqlite:///{tmp_path}/reference.db"
    reference.make_table(url)
    client = reference.create_app(url).test_client()
    answer = client.post("/records", data=reference.body(visit(1)), content_type="application/json")
    assert answer.status_code == 201
    connection = reference.open_connection(url)
    assert connection.execute("SELECT id FROM bench_reference").fetchall() == [(answer.json["id"],)]
    connection.close()
