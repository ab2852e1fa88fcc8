"""What one tenant feels while another asks for much."""

import copy
import threading
import time
from urllib.parse import quote, urlencode

from runtime.bench import load, measures
from runtime.bench.serving import Site
from runtime.db.turns import PRESENCE

KEY, WHO, PASSWORD = "beside", "beside@example.com", "neighbours on one floor 1"
RECORDS_BESIDE = 1_000
NOISY_CLIENTS = 4
BEFORE_SECONDS, THINK_SECONDS = 3.0, 0.1
"""For so long noise is made before somebody listens; so long the other tenant thinks before it turns a page."""

CONTAINS = quote('{"and": [{"field": "summary", "op": "contains", "value": "x"}]}')
EXPENSIVE = (
    f"{measures.LISTED}/aggregate?group=stage&metric=count&metric=sum:amount",
    f"{measures.LISTED}?filter={CONTAINS}&sort=-visited&limit=200",
)


def move_in(site: Site) -> Site:
    """Another tenant of the same site, with the measured app and some records of its own."""
    beside = copy.copy(site)
    site.command("tenant", "create", KEY)
    site.command("user", "create", WHO, "--tenant", KEY, "--power", "owner", TRELLIS_PASSWORD=PASSWORD)
    beside.make_token(KEY, WHO)
    measures.install(beside)
    measures.submit_so_many(beside, "listed", RECORDS_BESIDE)
    return beside


def alone_and_disturbed(noisy: Site, beside: Site, seconds: float) -> tuple[load.Result, load.Result]:
    """Pages of the tenant beside, ten a second: while it is alone, and while clients of the noisy one ask for much."""

    def ask_for_much(client: int, count: int) -> load.Request:
        return noisy.request("GET", EXPENSIVE[(client + count) % len(EXPENSIVE)])

    def ask_in_peace(client: int, count: int) -> load.Request:
        time.sleep(THINK_SECONDS)
        return beside.request("GET", f"{measures.LISTED}?{urlencode(measures.LIST)}")

    alone = load.run(beside.address, ask_in_peace, 1, seconds)
    lasting = BEFORE_SECONDS + seconds + 1
    noise = threading.Thread(target=load.run, args=(noisy.address, ask_for_much, NOISY_CLIENTS, lasting))
    noise.start()
    time.sleep(BEFORE_SECONDS)
    disturbed = load.run(beside.address, ask_in_peace, 1, seconds)
    noise.join()
    time.sleep(PRESENCE + 1)  # what is measured next has the site to itself again
    return alone, disturbed
