"""A notice as a mail."""

from datetime import UTC, datetime

import pytest

from runtime.notices.mail import Letter, Relay, compose, relay_of

LETTER = Letter(
    "01990c5e-7f00-7000-8000-000000000001",
    "li@example.com",
    "李娜",
    "新的客户",
    "年采购额 620000",
    "https://crm.example/t/home/a/crm",
    datetime(2026, 9, 1, 8, 30, tzinfo=UTC),
)


def test_a_mail_is_plain_text_with_the_page_it_is_about() -> None:
    mail = compose(LETTER, "Trellis <crm@example.com>")
    assert (mail["To"], mail["Subject"]) == ("李娜 <li@example.com>", "新的客户")
    assert mail["Message-ID"] == f"<{LETTER.id}@example.com>"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content() == "年采购额 620000\n\nhttps://crm.example/t/home/a/crm\n"


def test_line_breaks_in_a_title_or_name_make_no_header() -> None:
    sly = Letter(LETTER.id, LETTER.to, "A\nBcc: x@y.z", "Hi\r\nBcc: x@y.z", "", None, LETTER.at)
    mail = compose(sly, "crm@example.com")
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hi Bcc: x@y.z"


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mail.example.com", Relay("mail.example.com", 587, None, None, False, True)),
        ("smtp://localhost:2525", Relay("localhost", 2525, None, None, False, False)),
        ("smtps://a%40b:p%3Aw@mail.example.com", Relay("mail.example.com", 465, "a@b", "p:w", True, False)),
    ],
)
def test_the_address_of_a_mail_server_is_read(url: str, relay: Relay) -> None:
    assert relay_of(url) == relay


@pytest.mark.parametrize("wrong", ["", "mail.example.com", "http://mail.example.com", "smtp://"])
def test_what_is_no_mail_server_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        relay_of(wrong)
