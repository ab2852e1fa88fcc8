"""Time zones, as a node's config names them."""

from collections.abc import Mapping
from typing import Any

TIMEZONE: Mapping[str, Any] = {
    "type": "string",
    "title": "时区",
    "description": "如 Asia/Shanghai；不填则用企业的时区",
    "x-value": "timezone",
    "x-texts": {
        "en": {
            "title": "Time zone",
            "description": "Such as Asia/Shanghai; left empty, that of the organisation",
        }
    },
}
