"""What a browser calls itself, said shortly."""

_BROWSERS = (
    ("MicroMessenger/", "WeChat"),
    ("DingTalk/", "DingTalk"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """A browser and its system, as "Chrome, Windows"; what is not known is cut to its first word."""
    known = [next((name for sign, name in table if sign in agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in known if name) or agent.partition(" ")[0][:40]


def is_phone(agent: str) -> bool:
    """Whether it is held in a hand."""
    return any(sign in agent for sign in ("Mobile", "iPhone", "Android", "HarmonyOS"))
