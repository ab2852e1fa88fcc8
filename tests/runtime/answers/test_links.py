from runtime.answers import Link, compile_form, links_of

PERSON = {"type": "string", "x-ref": {"person": True}}
CUSTOMER = {"type": "string", "x-ref": {"form": "customer"}}
FORM = compile_form({"key": "f", "schema": {"properties": {
    "name": {"type": "string"},
    "customer": CUSTOMER,
    "contract": {"type": "string", "x-ref": {"form": "contract", "app": "sales"}},
    "with": PERSON,
    "customers": {"type": "array", "items": CUSTOMER},
    "team": {"type": "array", "x-ref": {"person": True}, "items": {"type": "string"}},
    "photos": {"type": "array", "x-file": {}, "items": {"type": "object", "properties": {"id": {"type": "string"}}}},
}}})  # fmt: skip


def test_all_that_answers_point_at_is_found():
    data = {
        "name": "n",
        "customer": "c1",
        "contract": "k1",
        "with": "p1",
        "customers": ["c2", "c3"],
        "team": ["p2"],
        "photos": [{"id": "f1", "name": "a.jpg"}, {"id": "f2"}],
    }
    assert links_of(FORM, data) == [
        Link("customer", "form", "c1", "customer"),
        Link("contract", "form", "k1", "contract", "sales"),
        Link("with", "person", "p1"),
        Link("customers", "form", "c2", "customer"),
        Link("customers", "form", "c3", "customer"),
        Link("team", "person", "p2"),
        Link("photos", "file", "f1"),
        Link("photos", "file", "f2"),
    ]


def test_what_is_not_answered_or_broken_points_at_nothing():
    assert links_of(FORM, {}) == []
    assert links_of(FORM, {"customer": 5, "photos": [5, {"id": 6}], "team": "p1"}) == [Link("team", "person", "p1")]
