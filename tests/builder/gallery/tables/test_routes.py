"""From uploaded files to a live app with records, as an owner's browser and a worker do it."""

import io
import zipfile
from typing import Any

import pytest
from flask import Flask

from runtime import queue
from runtime.flows.draining.service import drain
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.records.query import Query
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import Home

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

CUSTOMERS = "客户名称,城市\n甲公司,上海\n乙公司,北京\n丙公司,上海\n丁公司,上海\n"
DEALS = "编号,客户,金额,签约日期\nd1,甲公司,100,2026-03-01\nd2,乙公司,200,\nd3,无此公司,300,2026-03-02\n" + "".join(
    f"d{number},{'甲乙丙丁'[number % 4]}公司,1,2026-03-0{number}\n" for number in range(4, 9)
)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens to hints: the test itself looks for work."""
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)


def send(owner: PageClient, *files: tuple[str, bytes]) -> Any:
    """The files as a browser uploads them."""
    body = b"".join(
        b'--cut\r\nContent-Disposition: form-data; name="tables"; filename="%s"\r\n\r\n%s\r\n'
        % (name.encode(), content)
        for name, content in files
    )
    data = {"data": body + b"--cut--\r\n", "content_type": "multipart/form-data; boundary=cut"}
    return owner.post("/t/home/from-tables/", **data)


def reviewed(page: str, **more: str) -> dict[str, str]:
    """The fields of the review page as they stand, and what a person changes."""
    columns = {f"t{table}.c{column}.taken": "1" for table in range(2) for column in range(4)}
    return {"title": "我的销售", "t0.taken": "1", "t1.taken": "1", "t0.key": "0", "t1.key": "0"} | columns | more


def test_files_become_an_app_whose_rows_come_in_one_after_the_other(app: Flask, owner: PageClient, home: Home) -> None:
    sent = send(owner, ("deals.csv", DEALS.encode()), ("customers.csv", CUSTOMERS.encode("gb18030")))
    address = sent.headers["Location"]
    assert "Looking through" in owner.get(address).text
    drain(app.config)
    page = owner.get(address).text
    assert "This is what we found" in page
    assert 'value="link:1" selected' in page
    assert releases.apps() == []
    assert owner.post(address, data=reviewed(page, **{"t0.c1.required": "1"})).status_code == 303
    made = releases.apps()[0]
    assert (made.title, made.release) == ("我的销售", 1)
    while drain(app.config):
        pass
    page = owner.get(address).text
    assert "Everything is in." in page
    assert '>deals <span class="text-secondary">deals.csv</span></h2>' in page
    assert "1 of them is incomplete" in page
    assert "无此公司" in page
    found = doors.actor_of(home.member_id)
    assert found
    forms = {form["title"]: key for key, form in releases.current(made.id).all("forms").items()}
    customers = {
        item.id: item.data["客户名称"] for item in records.page(made.id, forms["customers"], Query(), found[0]).items
    }
    deals = {item.data["编号"]: item for item in records.page(made.id, forms["deals"], Query(), found[0]).items}
    assert len(deals) == 8
    assert customers[deals["d1"].data["客户"]] == "甲公司"
    assert (deals["d3"].incomplete, deals["d3"].data["金额"]) == (True, 300)


def test_a_form_sent_twice_makes_one_app(app: Flask, owner: PageClient) -> None:
    address = send(owner, ("customers.csv", CUSTOMERS.encode())).headers["Location"]
    drain(app.config)
    for _ in range(2):
        assert owner.post(address, data=reviewed("")).headers["Location"] == address
    assert len(releases.apps()) == 1


def test_what_is_missing_is_told_and_what_was_typed_stays(app: Flask, owner: PageClient) -> None:
    address = send(owner, ("customers.csv", CUSTOMERS.encode())).headers["Location"]
    drain(app.config)
    again = owner.post(address, data={"title": " ", "t0.title": "改过的名字", "t0.taken": "1"})
    assert again.status_code == 422
    assert "Enter a name for the app." in again.text
    assert "Take at least one column of “改过的名字”" in again.text
    assert 'value="改过的名字"' in again.text
    assert releases.apps() == []


def test_nothing_can_be_made_before_it_was_looked_through(owner: PageClient) -> None:
    address = send(owner, ("customers.csv", CUSTOMERS.encode())).headers["Location"]
    assert owner.post(address, data={"title": "x"}).status_code == 409


def test_t29_what_is_no_table_is_refused_at_once_and_a_bomb_by_the_worker(app: Flask, owner: PageClient) -> None:
    refused = send(owner, ("customers.csv", CUSTOMERS.encode()), ("x.csv", b"\x00\x01binary"))
    assert refused.headers["Location"] == "/t/home/new-app"
    assert "x.csv" in owner.get("/t/home/new-app").text
    swollen = io.BytesIO()
    with zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 30_000_000)
    address = send(owner, ("bomb.xlsx", swollen.getvalue())).headers["Location"]
    drain(app.config)
    page = owner.get(address).text
    assert "This could not be read" in page
    assert "unpacks to far more" in page


def test_empty_files_and_no_file_are_told(app: Flask, owner: PageClient) -> None:
    assert send(owner).headers["Location"] == "/t/home/new-app"
    assert "Choose a file first." in owner.get("/t/home/new-app").text
    for content in (b"", b"only,a,header\n"):
        address = send(owner, ("empty.csv", content)).headers["Location"]
        drain(app.config)
        assert "This could not be read" in owner.get(address).text
