"""What one process counts of its requests, and how Prometheus reads it."""

import os
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from threading import Lock

from flask import Flask, Response, g, request

Sample = tuple[Mapping[str, str], float]


class Measures:
    """Requests by method and status, and the seconds they took; threads may count at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[tuple[str, str]] = Counter()
        self._seconds = 0.0

    def count(self, method: str, status: int, seconds: float) -> None:
        """Add one request."""
        with self._lock:
            self._requests[method, f"{status // 100}xx"] += 1
            self._seconds += seconds

    def text(self) -> str:
        """The lines of this process, labelled with its number, as each web process counts for itself."""
        pid = {"pid": str(os.getpid())}
        with self._lock:
            requests = [({"method": m, "status": s} | pid, float(n)) for (m, s), n in sorted(self._requests.items())]
            seconds = self._seconds
        return family("trellis_requests_total", "counter", "Requests answered.", requests) + family(
            "trellis_request_seconds_total", "counter", "Seconds spent on requests.", [(pid, seconds)]
        )


def family(name: str, kind: str, says: str, samples: Iterable[Sample]) -> str:
    """One metric in Prometheus' text format."""
    lines = [f"# HELP {name} {says}", f"# TYPE {name} {kind}"]
    for labels, value in samples:
        inner = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        lines.append(f"{name}{{{inner}}} {value:g}" if inner else f"{name} {value:g}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


measures = Measures()


def measure(app: Flask) -> None:
    """Count every request of `app`."""

    def start() -> None:
        g.started = time.perf_counter()

    def stop(response: Response) -> Response:
        measures.count(
            request.method, response.status_code, time.perf_counter() - g.get("started", time.perf_counter())
        )
        return response

    app.before_request(start)
    app.after_request(stop)
