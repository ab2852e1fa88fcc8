"""Browsers by name."""

from runtime.identity.agents import browser_name, is_phone

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1"


def test_a_browser_is_named_with_its_system() -> None:
    assert [browser_name(agent) for agent in (EDGE, PHONE, "curl/8.5 x", "")] == [
        "Edge, Windows",
        "Safari, iPhone",
        "curl/8.5",
        "",
    ]
    assert [is_phone(EDGE), is_phone(PHONE)] == [False, True]
