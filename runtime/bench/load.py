"""The load generator: clients that keep their connection and send the next request when the last is answered."""

import http.client
import multiprocessing
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

PROCESSES = 2
Request = tuple[str, str, bytes | None, dict[str, str]]
"""Method, path, body, headers."""

Ask = Callable[[int, int], Request]
"""The next request of a client: (number of the client, number of its request); how long it takes to find is not
counted."""


@dataclass
class Result:
    """What a number of clients saw: seconds of each request, how many failed, and how long all of it took."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    failures: int = 0

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float:
        """Milliseconds within which that share of requests was answered."""
        if len(self.latencies) < 2:
            return 1000 * sum(self.latencies)
        return 1000 * statistics.quantiles(self.latencies, n=1000, method="inclusive")[round(share * 1000) - 1]


def run(address: str, ask: Ask, clients: int, seconds: float) -> Result:
    """Let `clients` ask for that long; a request that is not answered with 2xx counts as a failure."""
    forked = multiprocessing.get_context("fork")
    receivers = []
    for share in range(min(PROCESSES, clients)):
        receiver, sender = forked.Pipe(duplex=False)
        mine = range(share, clients, PROCESSES)
        process = forked.Process(target=_clients, args=(address, ask, mine, seconds, sender), daemon=True)
        process.start()
        receivers.append((receiver, process))
    parts = [receiver.recv() for receiver, _ in receivers]
    for _, process in receivers:
        process.join()
    return Result(
        max(part.seconds for part in parts),
        [latency for part in parts for latency in part.latencies],
        sum(part.failures for part in parts),
    )


def send_all(address: str, requests: Callable[[int], Iterator[Request]], clients: int) -> None:
    """Send every request of each client once; raises when one is refused."""
    failures: list[str] = []

    def client(number: int) -> None:
        connection = connect(address)
        for request in requests(number):
            status, text = send(connection, request)
            if not 200 <= status < 300:
                failures.append(f"{status} {text[:300]!r}")
                break
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(failures[0])


def _clients(address: str, ask: Ask, numbers: range, seconds: float, sender: Connection) -> None:
    result = Result()
    started = time.perf_counter()
    threads = [
        threading.Thread(target=_client, args=(address, ask, number, started + seconds, result)) for number in numbers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result.seconds = time.perf_counter() - started
    sender.send(result)


def _client(address: str, ask: Ask, number: int, deadline: float, result: Result) -> None:
    connection = connect(address)
    count = 0
    while not count or time.perf_counter() < deadline:
        request = ask(number, count)
        started = time.perf_counter()
        status, _ = send(connection, request)
        if 200 <= status < 300:
            result.latencies.append(time.perf_counter() - started)
        else:
            result.failures += 1
        count += 1
    connection.close()


def connect(address: str) -> http.client.HTTPConnection:
    """A connection that is kept; `address` as in http://127.0.0.1:8000"""
    parts = urlsplit(address)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)


def send(connection: http.client.HTTPConnection, request: Request) -> tuple[int, bytes]:
    """Status and body of the answer."""
    method, path, body, headers = request
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()
