"""What docs/documents.md says about documents is so."""

from pathlib import Path

from runtime.documents import KINDS, SYSTEM_FIELDS

TEXT = (Path(__file__).parents[3] / "docs" / "documents.md").read_text("utf-8")


def test_every_kind_is_told() -> None:
    assert all(f"| `{kind}` |" in TEXT for kind in KINDS)


def test_every_name_that_cannot_be_taken_is_told() -> None:
    assert all(f"`{name}`" in TEXT for name in SYSTEM_FIELDS)
