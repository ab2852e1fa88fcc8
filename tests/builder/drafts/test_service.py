"""Saving the parts of a draft app."""

from builder.drafts import service
from builder.forms import edit
from runtime.contracts import Actor
from runtime.db import db


def test_another_order_of_the_questions_is_a_change(admin: Actor) -> None:
    app = service.start("sales", "销售", "zh-CN", "成员", admin)
    form = edit.blank("visit", "拜访")
    for kind in ("text", "number", "date"):
        form, _ = edit.add(form, kind, kind)
    service.add_form(app, form, admin)
    for expected in (["text_1", "date_1", "number_1"], ["date_1", "text_1", "number_1"]):
        form = edit.step(service.find(app, "forms", "visit").document, "date_1", -1)
        service.save(app, "forms", "visit", form, None, admin)
        db.session.expire_all()
        assert list(service.find(app, "forms", "visit").document["schema"]["properties"]) == expected
