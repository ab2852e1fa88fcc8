"""What the web processes count of their requests, and how Prometheus reads a metric."""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from flask import Flask, Response, g, request

from runtime.http.tally import Tally

Sample = tuple[str, Mapping[str, str], float]
"""What is put behind the metric's name, the labels, the value."""


@dataclass(frozen=True)
class Metric:
    """One family in Prometheus' text format."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    says: str
    samples: Sequence[Sample]

    @property
    def text(self) -> str:
        lines = [f"# HELP {self.name} {self.says}", f"# TYPE {self.name} {self.kind}"]
        return "\n".join(lines + [_line(self.name + end, labels, value) for end, labels, value in self.samples]) + "\n"


def gauge(name: str, says: str, value: float) -> Metric:
    """A metric that is one number, which may fall again."""
    return Metric(name, "gauge", says, [("", {}, value)])


def gauges(name: str, says: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    """A metric that is a number for each value of a label."""
    return Metric(name, "gauge", says, [("", {label: of}, value) for of, value in values])


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    inner = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{inner}}} {value:.12g}" if inner else f"{name} {value:.12g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


# --- requests ----------------------------------------------------------------------------------

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "other")
STATUSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
DOORS = ("page", "api", "static")
"""Which kind of address was asked for."""

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds up to which requests are counted together."""

BUCKETS = len(BOUNDS) + 1
COUNTED = len(METHODS) * len(STATUSES)
PER_DOOR = BUCKETS + 1


class Measures:
    """Requests by method and status, and how long those to each door took."""

    def __init__(self) -> None:
        self._tally = Tally(COUNTED + PER_DOOR * len(DOORS))

    def count(self, method: str, status: int, door: str, seconds: float) -> None:
        """Add one request."""
        row = METHODS.index(method if method in METHODS else "other")
        start = COUNTED + PER_DOOR * DOORS.index(door)
        counted = row * len(STATUSES) + min(max(status // 100, 1), 5) - 1
        self._tally.add((counted, 1), (start + bisect_left(BOUNDS, seconds), 1), (start + BUCKETS, seconds))

    def metrics(self) -> list[Metric]:
        """What all web processes of this machine counted."""
        sums = self._tally.sums()
        kinds = [{"method": method, "status": status} for method in METHODS for status in STATUSES]
        answered = [("", kind, count) for kind, count in zip(kinds, sums, strict=False) if count]
        timed = [sample for number in range(len(DOORS)) for sample in _histogram(number, sums)]
        return [
            Metric("trellis_requests_total", "counter", "Requests answered.", answered),
            Metric("trellis_request_seconds", "histogram", "Seconds until a request was answered.", timed),
        ]


def _histogram(number: int, sums: Sequence[float]) -> list[Sample]:
    """The samples of one door: requests that took so long or less, all seconds, all requests."""
    start, door = COUNTED + PER_DOOR * number, {"door": DOORS[number]}
    up_to = [sum(sums[start : start + bucket + 1]) for bucket in range(BUCKETS)]
    bounds = [f"{bound:g}" for bound in BOUNDS] + ["+Inf"]
    buckets: list[Sample] = [
        ("_bucket", door | {"le": bound}, count) for bound, count in zip(bounds, up_to, strict=True)
    ]
    return [*buckets, ("_sum", door, sums[start + BUCKETS]), ("_count", door, up_to[-1])]


measures = Measures()
"""Made before any web process is forked, so that all add to the same numbers."""


def measure(app: Flask, vitals: Callable[[], list[Metric]]) -> None:
    """Count every request of `app`; `vitals` gives what else is to be told."""

    def start() -> None:
        g.started = time.perf_counter()

    def stop(response: Response) -> Response:
        now = time.perf_counter()
        measures.count(request.method, response.status_code, _door(request.path), now - g.get("started", now))
        return response

    app.before_request(start)
    app.after_request(stop)
    app.extensions["trellis.vitals"] = vitals


def _door(path: str) -> str:
    first = path.split("/", 2)[1]
    return first if first in DOORS else "page"
