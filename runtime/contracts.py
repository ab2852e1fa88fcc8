"""What the rooms promise each other: plain data, errors with a meaning at the door, and protocols."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from runtime.i18n import Message

Json = Any
"""Plain JSON: None, bool, int, Decimal, str, list, dict with string keys."""


_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def as_id(value: Json) -> str | None:
    """A UUID in its one spelling; None when it is not one: PostgreSQL refuses a whole question for that."""
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    try:
        return str(UUID(value)) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None


# --- errors; each has one HTTP meaning, given by runtime/http ---------------------------------


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where (JSON Pointer into what was sent), which rule, and in words."""

    pointer: str
    keyword: str
    message: Message


class Refused(Exception):
    """422: what was sent breaks rules; all problems at once, nothing was kept."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.pointer}: {p.message}" for p in self.problems))


class Fault(Exception):
    """A refusal that is said in one sentence."""

    status = 500

    def __init__(self, why: Message) -> None:
        self.why = why
        super().__init__(str(why))


class BadRequest(Fault):
    """400: the request itself cannot be understood."""

    status = 400


class Forbidden(Fault):
    """403: understood, but this person or token may not."""

    status = 403


class NotFound(Fault):
    """404: not there, or in another tenant: the answers are the same."""

    status = 404


class Conflict(Fault):
    """409: already done or decided."""

    status = 409


class LostRace(Fault):
    """412: somebody else wrote first; the `rev` that was sent is old."""

    status = 412


class TooMuch(Fault):
    """413 or a cost bound: larger than what is accepted."""

    status = 413


class Busy(Fault):
    """429: so much is asked for at once that this must wait; worth trying again after `seconds`."""

    status = 429
    seconds = 2


# --- who acts ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Actor:
    """Who acts, in one tenant. `member_id` is None for an app's own principal (`kind` "system").

    `roles` maps an app's id to the keys of the roles held there; `powers` are the tenant-wide ones
    ("owner", "admin"). `scopes` is None for a person in the browser, else what the API token may do.
    `app_id` binds a system actor to its own app.
    """

    tenant_id: str
    kind: Literal["member", "system"] = "member"
    member_id: str | None = None
    name: str = ""
    department_id: str | None = None
    department_path: str = ""
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    powers: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    app_id: str | None = None
    lang: str = "zh-CN"
    timezone: str = "Asia/Shanghai"
    week: "Week | None" = None


class Week(Protocol):
    """The days on which a tenant works; without one they are Monday to Friday."""

    def works(self, day: date) -> bool:
        """Whether it is a working day."""

    def workdays(self, first: date, last: date) -> int:
        """Working days between two dates, both counted; `first` is not after `last`."""


@dataclass(frozen=True)
class Cause:
    """Which run brought a change about, and how deep in a chain of flows."""

    run_id: str
    depth: int


# --- events ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """event/1: what happened to one record, committed together with it."""

    id: str
    tenant_id: str
    app_id: str
    form: str
    record_id: str
    rev: int
    release: int
    type: Literal["created", "updated", "deleted"]
    actor_id: str | None
    at: datetime
    changed: tuple[str, ...] = ()
    old: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)
    cause: Cause | None = None
    batch: str | None = None
    flows: bool = True


# --- the one door for records ------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """An act on one record, as asked for: a create, a merge patch, or a delete.

    `answers` is a JSON merge patch for an update (null clears). `rev` is what the writer saw; None
    means "whatever it is now". `lenient` keeps a record with problems and marks it incomplete.
    """

    app_id: str
    form: str
    act: Literal["create", "update", "delete"]
    answers: Mapping[str, Any] = field(default_factory=dict)
    record_id: str | None = None
    rev: int | None = None
    owner_id: str | None = None
    lenient: bool = False
    flows: bool = True
    batch: str | None = None
    cause: Cause | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True)
class Saved:
    """A record as it stands after a change."""

    id: str
    rev: int
    data: Mapping[str, Any]
    event: Event | None = None
    problems: tuple[Problem, ...] = ()


class Guard(Protocol):
    """Asked inside the transaction of a change, before it is written; makes no outer calls."""

    def __call__(self, change: Change, before: Mapping[str, Any] | None, actor: Actor) -> Iterable[Problem]: ...


# --- flows -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """A step is over: what it gives to later steps, and the port by which the run goes on."""

    output: Any = None
    port: str = "out"


@dataclass(frozen=True)
class Wait:
    """A step sleeps until a moment (UTC), or until somebody decides (`until` None)."""

    until: datetime | None
    output: Any = None


@dataclass(frozen=True)
class Each:
    """The nodes inside this one are gone through for one item after the other; then the run goes on behind it."""

    items: Sequence[Any]


@dataclass(frozen=True)
class Stop:
    """The whole run ends here, whatever else is under way: done, or failed with `text` as its incident."""

    text: str
    failed: bool = False


@dataclass(frozen=True)
class Outgoing:
    """A call to a system outside: `path` is added to the address of the connection of that key."""

    connection: str
    method: str
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 10.0


@dataclass(frozen=True)
class Answer:
    """What came back; names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Trigger(Protocol):
    """A node type that starts runs.

    `group` and `icon` place it in the palette. `label` is a document part with its texts: `title`, and `summary`, a
    sentence for the canvas with config keys in braces.
    """

    name: str
    group: str
    icon: str
    label: Mapping[str, Any]
    config_schema: Mapping[str, Any]

    def matches(self, event: Event, config: Mapping[str, Any]) -> bool: ...


class Timed(Trigger, Protocol):
    """A trigger that the clock pulls: once, or once for each record of `form` in its config that a filter takes."""

    def plan(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        """When: as `runtime.calendars.plans.plan_of` reads it."""

    def missed(self, config: Mapping[str, Any]) -> Literal["latest", "all", "none"]:
        """What becomes of moments at which nobody was there."""

    def filter(self, config: Mapping[str, Any], today: date) -> Mapping[str, Any] | None:
        """For which records, on the day of the moment; its expressions were evaluated before."""


class Action(Protocol):
    """A node type that does something. `effect` says whether it leaves the transaction; the rest is as in `Trigger`.

    One with `container = True` holds nodes and edges of its own, in its node beside the config. An outer one may have
    `repeatable(config)`: whether its call may be made again with the same `idempotency_key` when
    nobody knows what came of it.
    """

    name: str
    group: str
    icon: str
    label: Mapping[str, Any]
    config_schema: Mapping[str, Any]
    effect: Literal["inner", "outer"]

    def ports(self, config: Mapping[str, Any]) -> Sequence[str]: ...

    def perform(self, config: Mapping[str, Any], world: "World") -> Done | Wait | Each | Stop: ...


class World(Protocol):
    """All an action can see and do; the engine's caller gives it, bound to one step of one run.

    Expressions in `config` were evaluated before `perform` is called: it sees plain values.
    """

    @property
    def now(self) -> datetime: ...

    @property
    def idempotency_key(self) -> str: ...

    @property
    def app_id(self) -> str: ...

    @property
    def form(self) -> str | None:
        """The form of the record that the run is about."""

    def later(self, duration: str) -> datetime:
        """The moment an ISO 8601 duration from now; raises BadRequest."""

    def moment(self, value: str) -> datetime:
        """The moment of a JSON date-time, or of a date's midnight where the tenant is; raises BadRequest."""

    def change_record(self, change: Change) -> Saved: ...

    def find_records(
        self, form: str, filter: Mapping[str, Any], sort: Sequence[str], limit: int
    ) -> list[dict[str, Any]]: ...

    def notify(self, people: Sequence[Mapping[str, Any]], text: Mapping[str, Any]) -> int:
        """Tell people `text`: its `title` and `body`, with other languages beside them in `x-texts`; says how many."""

    def call(self, outgoing: Outgoing) -> Answer:
        """Call a system outside; raises NotFound for a connection this app may not use, OSError when nobody answers."""


class Clock(Protocol):
    """The time, so that tests can turn it."""

    def now(self) -> datetime: ...


# --- what is due ------------------------------------------------------------------------------


class Lost(Exception):
    """Somebody else has taken over: whatever was about to be written must not be."""


@dataclass(frozen=True)
class Claim:
    """A row of the dispatch list in our hands: nobody else takes it before `until`; `fence` proves that it is ours."""

    tenant_id: str
    id: str
    kind: str
    fence: int
    until: datetime


class Turn(Protocol):
    """A worker's turn at something due. What works on it stops after `seconds`, and closes, finishes or releases it."""

    @property
    def claim(self) -> Claim: ...
    @property
    def settings(self) -> Mapping[str, Any]: ...
    @property
    def seconds(self) -> float: ...
    def hold(self) -> None:
        """Within a transaction: make sure that it is still ours, and renew it; raises Lost."""

    def finish(self) -> None:
        """Within a transaction: strike it off the list; raises Lost."""

    def release(self, due: datetime) -> None:
        """Within a transaction: let go of it until then; raises Lost."""

    def close(self, *, finished: bool) -> None:
        """In a transaction of its own: finish, or let go until the next turn; raises Lost."""
