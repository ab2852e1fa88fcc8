"""Frames and notes around the steps."""

import pytest

from builder.flows import decor
from builder.flows.edit import Flow, remove
from runtime import documents
from runtime.documents import content_hash

FLOW: Flow = {
    "format": "flow/1",
    "key": "grade",
    "title": "分级",
    "nodes": [
        {"id": "t", "type": "trigger.manual", "config": {}},
        {"id": "a", "type": "set", "config": {"values": {}}},
        {"id": "b", "type": "set", "config": {"values": {}}},
    ],
    "edges": [],
}


def test_a_frame_holds_steps_and_a_step_stands_in_one_frame() -> None:
    flow, first = decor.group(FLOW, ["a", "b"], "分级")
    flow, second = decor.group(flow, ["b"])
    assert flow["groups"] == [
        {"id": first, "title": "分级", "nodes": ["a"]},
        {"id": second, "title": "", "nodes": ["b"]},
    ]
    assert decor.name_group(flow, second, "通知")["groups"][1]["title"] == "通知"
    assert documents.check("flow", flow) == []


def test_a_frame_goes_with_its_last_step() -> None:
    flow, _ = decor.group(FLOW, ["a", "b"])
    assert remove(flow, "a")["groups"][0]["nodes"] == ["b"]
    assert remove(flow, "a", "b")["groups"] == []


def test_a_note_is_written_moved_and_removed() -> None:
    flow, id = decor.add_note(FLOW, [10.4, 20])
    flow = decor.place_notes(decor.write_note(flow, id, "先问经理"), {id: [1, 2], "ghost": [0, 0]})
    assert flow["notes"] == [{"id": id, "text": "先问经理", "at": [1, 2]}]
    assert documents.check("flow", flow) == []
    assert decor.remove(flow, [id])["notes"] == []


def test_a_frame_and_a_note_are_as_large_as_they_were_drawn_until_that_is_taken_back() -> None:
    flow, frame = decor.group(FLOW, ["a"])
    flow, note = decor.add_note(flow, [0, 0])
    sized = decor.resize(decor.resize(flow, frame, [400.6, 1]), note, [99999, 120])
    assert (sized["groups"][0]["size"], sized["notes"][0]["size"]) == ([401, 40], [10000, 120])
    assert documents.check("flow", sized) == []
    assert content_hash("flow", sized) == content_hash("flow", FLOW)
    assert decor.resize(decor.resize(sized, frame, None), note, None) == flow


def test_what_was_said_of_a_frame_or_note_beside_is_kept() -> None:
    flow = {**FLOW, "notes": [{"id": "n", "text": "a", "at": [0, 0], "x-colour": "blue"}]}
    assert decor.write_note(flow, "n", "b")["notes"][0]["x-colour"] == "blue"


@pytest.mark.parametrize("act", [decor.name_group, decor.write_note])
def test_what_is_not_there_cannot_be_changed(act) -> None:
    with pytest.raises(KeyError):
        act(FLOW, "ghost", "x")


def test_frames_and_notes_are_no_new_content() -> None:
    flow, _ = decor.group(FLOW, ["a"])
    assert content_hash("flow", decor.add_note(flow, [0, 0])[0]) == content_hash("flow", FLOW)
