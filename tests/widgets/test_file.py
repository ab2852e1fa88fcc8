"""Photos and files."""

import json

from widgets.base import Field, Reader
from widgets.file import widget

FIELD = Field("photos", {"type": "array", "x-file": {"accept": "image/*"}})
PHOTO = {"id": "f1", "name": "CT.jpg", "size": 10, "type": "image/jpeg"}


def test_files_come_back_as_the_page_held_them_without_strange_keys():
    assert widget.parse([json.dumps({**PHOTO, "filepath": "/etc/passwd"})], FIELD, Reader()) == [PHOTO]


def test_what_is_no_file_stays_to_be_refused():
    assert widget.parse(["nonsense"], FIELD, Reader()) == ["nonsense"]


def test_files_are_shown_by_name():
    assert widget.display([PHOTO, {"id": "f2"}], FIELD, Reader()) == "CT.jpg, f2"


def test_t23_a_file_name_or_id_is_inert_text_on_the_page():
    evil = {"id": '"><script>', "name": '<img src=x onerror="1">', "type": "image/png"}
    listed = widget.fill([evil], FIELD, Reader(files_url="/t/demo/files/"))["files"]
    assert "<script" not in listed
    assert "<img src=x" not in listed
