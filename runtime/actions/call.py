"""Calls a system outside by a connection that the workspace keeps."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.connections.calling import NoAnswer
from runtime.contracts import Action, Answer, Done, Fault, Outgoing, Refused, World
from runtime.documents import parse
from runtime.i18n import message

IDEMPOTENT = frozenset({"GET", "PUT", "DELETE"})
"""Doing it twice is doing it once (RFC 9110 §9.2.2)."""

MOST_OUTPUT = 200_000
"""Characters of an answer that later steps can read."""

MOST_SECONDS = 20
"""Well below the time for which a worker holds a run."""


class OtherSide(Fault):
    """The system outside refused, or nobody knows what became of the call."""

    status = 502


class TryLater(OSError):
    """The system outside is busy, and the call may be made again."""


class Call:
    """Sends what the config says; an answer other than 2xx goes on by the port `error`."""

    name = "call"
    group = "outside"
    icon = "world-share"
    effect: Literal["inner", "outer"] = "outer"
    label: Mapping[str, Any] = {
        "title": "调用外部系统",
        "summary": "{method} {connection} {path}",
        "x-texts": {"en": {"title": "Call another system", "summary": "{method} {connection} {path}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "required": ["connection", "method"],
        "properties": {
            "connection": {
                "type": "string",
                "title": "连接",
                "maxLength": 63,
                "x-value": "connection",
                "x-texts": {"en": {"title": "Connection"}},
            },
            "method": {
                "type": "string",
                "title": "做什么",
                "default": "POST",
                "x-texts": {"en": {"title": "What to do"}},
                "oneOf": [
                    {"const": "GET", "title": "读取 GET", "x-texts": {"en": {"title": "Read (GET)"}}},
                    {"const": "POST", "title": "发送 POST", "x-texts": {"en": {"title": "Send (POST)"}}},
                    {"const": "PUT", "title": "替换 PUT", "x-texts": {"en": {"title": "Replace (PUT)"}}},
                    {"const": "PATCH", "title": "修改 PATCH", "x-texts": {"en": {"title": "Change (PATCH)"}}},
                    {"const": "DELETE", "title": "删除 DELETE", "x-texts": {"en": {"title": "Delete (DELETE)"}}},
                ],
            },
            "path": {
                "type": "string",
                "title": "路径",
                "description": "接在连接的地址后面，如 /orders/{{ record.number }}",
                "maxLength": 2000,
                "x-value": "path",
                "x-texts": {
                    "en": {
                        "title": "Path",
                        "description": "Added to the connection's address, such as /orders/{{ record.number }}",
                    }
                },
            },
            "query": {
                "type": "object",
                "title": "地址参数",
                "maxProperties": 50,
                "propertyNames": {"pattern": "^[^\\s&=#?]{1,100}$"},
                "additionalProperties": {"type": "string", "x-value": "expression"},
                "x-texts": {"en": {"title": "Parameters of the address"}},
            },
            "headers": {
                "type": "object",
                "title": "请求头",
                "maxProperties": 20,
                "propertyNames": {
                    "pattern": "^[A-Za-z][A-Za-z0-9-]{0,62}$",
                    "not": {"pattern": "^(?i:host|connection|content-length|transfer-encoding|accept-encoding)$"},
                },
                "additionalProperties": {"type": "string", "x-value": "expression"},
                "x-texts": {"en": {"title": "Headers"}},
            },
            "body": {
                "type": "string",
                "title": "发送的内容（JSON）",
                "description": '如 {"name": "{{ record.name }}", "amount": {{ record.amount }}}',
                "maxLength": 20000,
                "x-value": "json",
                "x-widget": "textarea",
                "x-texts": {
                    "en": {
                        "title": "What is sent (JSON)",
                        "description": 'Such as {"name": "{{ record.name }}", "amount": {{ record.amount }}}',
                    }
                },
            },
            "seconds": {
                "type": "integer",
                "title": "最多等几秒",
                "default": 10,
                "minimum": 1,
                "maximum": MOST_SECONDS,
                "x-texts": {"en": {"title": "Seconds to wait at most"}},
            },
            "repeat": {
                "type": "boolean",
                "title": "对方能识别重复请求（Idempotency-Key），没有回音时可以再发",
                "x-texts": {
                    "en": {"title": "The other side knows repeated calls (Idempotency-Key): send again if none answers"}
                },
            },
        },
    }

    def ports(self, config: Mapping[str, Any]) -> Sequence[str]:
        return ("out", "error")

    def repeatable(self, config: Mapping[str, Any]) -> bool:
        """Whether the call may be made a second time when nobody knows what came of the first."""
        return config.get("method") in IDEMPOTENT or config.get("repeat") is True

    def perform(self, config: Mapping[str, Any], world: World) -> Done:
        try:
            answer = world.call(_outgoing(config, world.idempotency_key))
        except NoAnswer as error:
            if self.repeatable(config):
                raise
            why = message("No answer came (%(error)s); the call may have been carried out or not.", error=str(error))
            raise OtherSide(why) from None
        if 200 <= answer.status < 300:
            return Done({"status": answer.status, "body": _read(answer)})
        if answer.status == 429 or (answer.status >= 500 and self.repeatable(config)):
            raise TryLater(f"{answer.status}")
        said = _text(answer)[:300]
        raise OtherSide(message("The other side answered %(status)s: %(said)s", status=answer.status, said=said))


def _outgoing(config: Mapping[str, Any], key: str) -> Outgoing:
    body = str(config.get("body") or "")
    own = {"Idempotency-Key": key, "Accept": "application/json"}
    sent = own | ({"Content-Type": "application/json"} if body.strip() else {})
    return Outgoing(
        connection=config["connection"],
        method=config["method"],
        path=str(config.get("path") or ""),
        query=_texts(config.get("query")),
        headers=sent | _texts(config.get("headers")),
        body=body.encode(),
        seconds=min(float(config.get("seconds") or 10), MOST_SECONDS),
    )


def _texts(given: Mapping[str, Any] | None) -> dict[str, str]:
    """Values as text; what is empty is not sent."""
    return {name: str(value) for name, value in (given or {}).items() if value is not None}


def _read(answer: Answer) -> Any:
    """The body as later steps see it: JSON as its values, anything else as text."""
    text = _text(answer)
    if len(text) > MOST_OUTPUT:
        raise OtherSide(message("The answer is longer than later steps can read."))
    if "json" not in answer.headers.get("content-type", ""):
        return text
    try:
        return parse(text) if text.strip() else None
    except Refused:
        raise OtherSide(message("The other side says that it answers JSON, but it is none.")) from None


def _text(answer: Answer) -> str:
    return answer.body.decode("utf-8", "replace").replace("\x00", "")


action: Action = Call()
