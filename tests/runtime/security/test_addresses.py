"""Where a link leads."""

from flask import Flask

from runtime.security.addresses import local_path, public_url


def test_t38_only_a_path_of_ours_is_gone_on_to() -> None:
    for good in ("/", "/t/demo/", "/t/demo/a/crm/f/visit/?filter=%7B%7D&sort=-amount", "/t/demo/客户"):
        assert local_path(good) == good
    bad = (
        *(
            "//e.example",
            "/\\e.example",
            "\\\\e.example",
            "https:e.example",
            "https://e.example",
            "javascript:alert(1)",
        ),
        *("/%5ce.example", "%2f%2fe.example", "/%2fe.example", "/\t/e.example", "\t//e.example", " //e", "/\n/e", ""),
        *("/%09/e.example", "///e.example", "e.example", "/a\r\nSet-Cookie: x=1", "//e.example@localhost/", None),
    )
    for text in bad:
        assert (text, local_path(text, "/safe")) == (text, "/safe")


def test_t35_links_begin_with_the_configured_address(app: Flask) -> None:
    app.config["PUBLIC_URL"] = "https://trellis.example/"
    poison = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Origin": "http://evil.example"}
    with app.test_request_context("/", headers=poison):
        assert public_url("/join/x") == "https://trellis.example/join/x"
