"""What every answer carries."""

from runtime.security.headers import content_policy
from tests.client import PageClient


def test_every_answer_forbids_foreign_code_frames_and_sniffing(nobody: PageClient) -> None:
    for path in ("/p/public", "/nope", "/api/v1/nope", "/static/trellis.css"):
        with nobody.get(path) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "style-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in headers
    assert nobody.get("/p/public").headers["Cache-Control"] == "no-store"


def test_a_page_may_allow_the_style_blocks_of_its_library_by_hash() -> None:
    assert "style-src 'self' 'sha256-abc=';" in content_policy(("'sha256-abc='",))
