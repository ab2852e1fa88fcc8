"""What stays behind when an app becomes a template."""

from builder.gallery.sharing import ids_in, without_people

ID = "01890a5d-ac96-774b-bcce-b302099a8057"


def test_people_named_by_id_stay_behind_and_others_go_along() -> None:
    to = [
        {"user": ID, "else": [{"field": "owner"}]},
        {"role": "legal"},
        {"department": ID},
        {"manager_of": "record.owner"},
    ]
    flow = {"nodes": [{"id": "n", "config": {"to": to, "title": "x"}}, {"id": "m", "config": {"to": [{"user": ID}]}}]}
    told = without_people(flow)
    assert told["nodes"][0]["config"]["to"] == [{"field": "owner"}, {"role": "legal"}, {"manager_of": "record.owner"}]
    assert told["nodes"][1]["config"]["to"] == [{"role": "admin"}]
    assert list(ids_in(told)) == []
    assert flow["nodes"][1]["config"]["to"] == [{"user": ID}]


def test_an_id_in_any_text_is_told_with_its_place() -> None:
    app = {"roles": [{"policies": [{"rows": f"record.owner == '{ID.upper()}'"}]}], "views": [{"filter": {"value": ID}}]}
    assert [problem.pointer for problem in ids_in(app)] == ["/roles/0/policies/0/rows", "/views/0/filter/value"]
