"""Boards: columns, counts, sums, cards; a card moved through the one door."""

import re
from typing import Any

import pytest
from sqlalchemy import event
from werkzeug.datastructures import MultiDict

from runtime.contracts import Actor
from runtime.db import db, loads
from runtime.records import service as records
from runtime.records.desks.service import At
from runtime.records.views import open_views
from runtime.releases import service as releases
from runtime.views import service as views
from runtime.views.boards import service as boards
from runtime.views.boards.service import Board
from tests.client import PageClient
from tests.runtime.views.conftest import AT, Make

BOARD = f"{AT}v/board"
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def board(actor: Actor, key: str = "board", **args: str) -> Board:
    desk, view = views.open_view("crm", key, At(actor, "home", "zh-CN", str))
    return Board(desk, desk.listing_in(view, "/", MultiDict(args)))


def filled(actor: Actor, key: str = "board", **args: str) -> list[tuple[str, int, str, list[str]]]:
    columns, _mark = boards.fill(board(actor, key, **args))
    return [
        (str(one.place.title), one.place.count, one.place.total, [card.title for card in one.cards]) for one in columns
    ]


def move(page: PageClient, id: str, rev: int, to: str, view: str = "board") -> Any:
    body = {"record": id, "rev": rev, "to": to}
    return page.post(f"{AT}v/{view}/move", json=body, headers={"Accept": "application/json"})


def test_columns_stand_in_the_order_of_the_options_with_count_sum_and_cards_in_order(boss: Actor, make: Make) -> None:
    make("小单", stage="lead", amount=10)
    make("大单", stage="lead", amount=90.5)
    make("无额", stage="lead")
    make("成了", stage="won", amount=7)
    make("没定")
    assert filled(boss) == [
        ("(empty)", 1, "", ["没定"]),
        ("线索", 3, "¥100.50", ["大单", "小单", "无额"]),
        ("报价", 0, "", []),
        ("赢单", 1, "¥7.00", ["成了"]),
        ("输单", 0, "", []),
    ]


def test_further_cards_come_by_keyset_each_once(boss: Actor, make: Make) -> None:
    for number in range(45):
        make(f"单{number:02}", stage="lead", **({"amount": number % 7} if number % 3 else {}))
    opened = board(boss)
    first = next(one for one in boards.fill(opened)[0] if one.place.value == "lead")
    seen, cursor = [card.id for card in first.cards], first.next
    while cursor:
        page = boards.more(opened, '"lead"', cursor)
        seen, cursor = seen + [card.id for card in page.cards], page.next
    assert len(seen) == len(set(seen)) == 45
    assert len(first.cards) == boards.FIRST


@sqlite
def test_a_board_asks_as_often_for_many_columns_and_cards_as_for_few(boss: Actor, make: Make) -> None:
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    def questions() -> int:
        board(boss)  # the release is compiled once
        asked.clear()
        filled(boss)
        return len([one for one in asked if one != "BEGIN"])

    make("一", stage="lead", seller=boss.member_id)
    few = questions()
    for number in range(30):
        make(f"单{number}", stage=("lead", "quote", "won")[number % 3], seller=boss.member_id)
    assert questions() == few


@sqlite
def test_a_board_leaves_out_the_columns_that_its_own_filter_empties(boss: Actor, make: Make) -> None:
    make("一", stage="won")
    assert [title for title, *_ in filled(boss, "open")] == ["线索", "报价"]


@sqlite
def test_links_make_a_column_for_each_that_is_there(boss: Actor, rep: Actor, make: Make) -> None:
    make("一", seller=rep.member_id)
    make("二", seller=boss.member_id)
    make("三", actor=rep)
    titles = [(title, count) for title, count, *_ in filled(boss, "sellers")]
    assert titles[0] == ("(empty)", 1)
    assert sorted(titles[1:]) == sorted([("李雷", 1), (boss.name, 1)])
    assert sorted(count for _, count, *_ in filled(boss, "owners")) == [1, 2]


@sqlite
def test_a_board_is_narrowed_by_words_by_conditions_and_to_what_is_mine(boss: Actor, rep: Actor, make: Make) -> None:
    make("仁济 CT", stage="lead", amount=5)
    make("华西 CT", stage="lead", amount=50, actor=rep, hot=True)
    assert filled(boss, q="仁济")[0][3] == ["仁济 CT"]
    assert filled(boss, filter='{"field":"amount","op":"gt","value":9}')[0][3] == ["华西 CT"]
    assert filled(rep, filter='{"field":"owner","op":"eq","value":{"me":true}}')[0][3] == ["华西 CT"]


def test_t11_counts_sums_and_cards_hold_only_what_their_reader_may_see(boss: Actor, rep: Actor, make: Make) -> None:
    make("别人的", stage="lead", amount=1000, margin=9)
    make("热的", stage="lead", amount=10, hot=True, margin=9)
    make("自己的", stage="lead", amount=1, actor=rep)
    assert filled(rep)[0] == ("线索", 2, "¥11.00", ["热的", "自己的"])
    assert filled(boss, "margins")[0][2] == "18"
    hidden = boards.fill(board(rep, "margins"))[0][0]
    assert hidden.place.total == ""
    assert all(card.facts == () for card in hidden.cards)


@sqlite
def test_t11_a_board_that_asks_about_a_hidden_field_is_not_there(
    boss: Actor, rep: Actor, rep_page: PageClient, owner: PageClient
) -> None:
    published = releases.current(releases.find_app("crm").id)
    assert {view.key for view in open_views(published, rep, "en", "kanban")} == {
        "board",
        "margins",
        "open",
        "sellers",
        "owners",
    }
    for key in ("by_margin", "thick"):
        assert rep_page.get(f"{AT}v/{key}").status_code == 404
        assert rep_page.get(f"{AT}v/{key}/columns").status_code == 404
        assert move(rep_page, boss.member_id or "", 1, '"lead"', key).status_code == 404
        assert owner.get(f"{AT}v/{key}").status_code == 200
    assert rep_page.get(f'{BOARD}?filter={{"field":"margin","op":"gt","value":1}}').status_code == 400


def test_a_move_goes_through_the_one_door_and_answers_with_the_new_counts(
    boss: Actor, owner: PageClient, make: Make
) -> None:
    one = make("一", stage="lead", amount=5)
    answer = move(owner, one.id, one.rev, '"quote"')
    assert answer.status_code == 200
    assert answer.json["columns"] == {
        '"lead"': ["0", ""], '"quote"': ["1", "¥5.00"], '"won"': ["0", ""], '"lost"': ["0", ""],
    }  # fmt: skip
    app_id = releases.find_app("crm").id
    [last, _] = records.history(app_id, "deal", one.id, boss)
    assert (last.rev, last.old, last.new) == (2, {"stage": "lead"}, {"stage": "quote"})
    assert move(owner, one.id, 2, "null").status_code == 200
    assert records.read(app_id, "deal", one.id, boss).data == {"name": "一", "amount": 5}


@sqlite
def test_a_move_that_asks_for_more_is_refused_with_the_way_to_the_form(
    boss: Actor, owner: PageClient, make: Make
) -> None:
    one = make("一", stage="lead")
    answer = move(owner, one.id, one.rev, '"lost"')
    assert answer.status_code == 422
    assert "输单原因" in answer.json["why"][0]
    page = owner.get(answer.json["fill"]).text
    assert "输单原因" in re.search(r'id="problems".*?</div>', page, re.S).group()  # type: ignore[union-attr]
    assert f'name="_back" value="{BOARD}"' in page
    sent = {
        "_on": ["name", "stage", "why"],
        "f.name": "一",
        "f.stage": "lost",
        "f.why": "太贵",
        "_rev": "1",
        "_back": BOARD,
    }
    assert owner.post(f"{AT}f/deal/{one.id}/edit", data=sent).location == BOARD


@sqlite
def test_t38_the_way_back_from_a_form_never_leaves_this_site(owner: PageClient, make: Make) -> None:
    one = make("一", stage="lead")
    for wild in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert 'name="_back"' not in owner.get(f"{AT}f/deal/{one.id}/edit?_back={wild}").text
        sent = {"_on": ["name"], "f.name": "二", "_back": wild}
        assert owner.post(f"{AT}f/deal/{one.id}/edit", data=sent).location == f"{AT}f/deal/{one.id}"


@sqlite
def test_t09_a_move_names_a_column_and_nothing_else(boss: Actor, owner: PageClient, make: Make) -> None:
    one = make("一", stage="lead")
    for to in ('{"a":1}', "[1]", "5", "lead", '"lead","x":1', "", '"' + "x" * 2_000 + '"'):
        assert move(owner, one.id, one.rev, to).status_code in (400, 422), to
    assert move(owner, one.id, one.rev, '"nowhere"').status_code == 422
    body = {"record": one.id, "rev": 1, "to": '"quote"', "owner_id": "x", "answers": {"margin": 1}}
    owner.post(f"{AT}v/board/move", json=body)
    assert records.read(releases.find_app("crm").id, "deal", one.id, boss).data == {"name": "一", "stage": "quote"}


def test_t41_of_two_that_drag_a_card_the_second_is_told(owner: PageClient, make: Make) -> None:
    one = make("一", stage="lead")
    assert move(owner, one.id, one.rev, '"quote"').status_code == 200
    late = move(owner, one.id, one.rev, '"won"')
    assert late.status_code == 412
    assert loads(late.data)["detail"]


@sqlite
def test_t06_who_may_not_change_a_record_does_not_move_its_card(
    boss: Actor, rep: Actor, rep_page: PageClient, make: Make
) -> None:
    hidden, hot, own = make("别", stage="lead"), make("热", stage="lead", hot=True), make("己", actor=rep, stage="lead")
    assert move(rep_page, hidden.id, 1, '"quote"').status_code == 404
    assert move(rep_page, hot.id, 1, '"quote"').status_code == 403
    assert move(rep_page, own.id, 1, '"quote"').status_code == 200


@sqlite
def test_a_page_that_asks_again_is_answered_only_when_something_changed(owner: PageClient, make: Make) -> None:
    one = make("一", stage="lead")
    mark = re.search(r'data-mark="([^"]*)"', owner.get(BOARD).text).group(1)  # type: ignore[union-attr]
    same = {"mark": mark}
    assert owner.get(f"{BOARD}/columns", query_string=same).status_code == 204
    move(owner, one.id, 1, '"quote"')
    again = owner.get(f"{BOARD}/columns", query_string=same)
    assert again.status_code == 200
    assert 'data-rev="2"' in again.text


@sqlite
def test_boards_stand_in_the_bars_and_on_the_home_of_the_app(rep_page: PageClient, owner: PageClient) -> None:
    for client, there in ((rep_page, False), (owner, True)):
        text = client.get(AT).text
        assert text.count(f'href="{BOARD}"') >= 2
        assert (f'href="{AT}v/thick"' in text) == there


@sqlite
def test_every_other_kind_of_view_leads_somewhere(boss: Actor, owner: PageClient) -> None:
    assert owner.get(f"{AT}v/big").location == f"{AT}f/deal/?view=big"
    assert "gallery of pictures" in owner.get(f"{AT}v/pictures", headers={"Accept-Language": "en"}).text
    assert owner.get(f"{AT}v/nothing").status_code == 404
    assert owner.get(f"{AT}v/big/columns").status_code == 404


@sqlite
def test_a_record_shows_the_stages_of_the_first_board_to_who_may_move_it(
    rep: Actor, rep_page: PageClient, make: Make
) -> None:
    hot, own = make("热", stage="lead", hot=True), make("己", actor=rep, stage="quote")
    assert "data-stages" not in rep_page.get(f"{AT}f/deal/{hot.id}").text
    text = rep_page.get(f"{AT}f/deal/{own.id}").text
    assert f'data-stages="{AT}v/board/move"' in text
    states = re.findall(r'class="stage stage-(\w+)"', text)
    assert states == ["done", "here", "next", "next"]
    lost = rep_page.get(f"{AT}f/deal/{make('丢', actor=rep, stage='lost', why='价格').id}").text
    assert re.findall(r'class="stage stage-(\w+)"', lost) == ["next", "next", "next", "here"], "a lost deal was not won"
    body = {"record": own.id, "rev": 1, "to": '"lost"', "back": f"{AT}f/deal/{own.id}"}
    answer = rep_page.post(f"{AT}v/board/move", json=body)
    assert answer.json["fill"].endswith("_back=" + f"{AT}f/deal/{own.id}".replace("/", "%2F"))
