"""Ready-made apps can go live as they are, and bring their sample along."""

from pathlib import Path

import pytest

from builder.gallery import documents, service
from builder.publishing.check import check
from builder.publishing.service import TYPES
from runtime.contracts import Actor
from runtime.records import service as records
from runtime.records.query import Query

APPS = sorted(path.stem for path in Path(documents.FOLDER).glob("*.json"))


@pytest.mark.parametrize("key", APPS)
def test_nothing_keeps_a_ready_made_app_from_going_live(key: str):
    findings = check(documents.document(key), [], TYPES)
    assert list(findings.problems) == []
    assert list(findings.warnings) == []


@pytest.mark.parametrize("key", APPS)
def test_it_is_taken_in_with_its_sample(key: str, admin: Actor):
    app = service.load(key, admin)
    assert app.release == 1
    for form, samples in documents.document(key)["sample"].items():
        assert len(records.page(app.id, form, Query(), admin).items) == len(samples)
