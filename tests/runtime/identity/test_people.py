"""Who is meant by a people document, on a directory of plain values."""

from collections.abc import Iterable

from runtime.identity.people import resolve


class Company:
    """east ⊂ sales ⊂ all; each led by its boss."""

    def __init__(self) -> None:
        self.tree = {"east": ["east", "sales", "all"], "sales": ["sales", "all"], "all": ["all"]}
        self.managers = {"east": "boss_east", "sales": "boss_sales", "all": "boss"}
        self.places = {"rep": "east", "boss_east": "east", "boss_sales": "sales", "boss": "all", "director": "sales"}

    def active(self, ids: Iterable[str]) -> list[str]:
        return [id for id in ids if id in self.places]

    def department_of(self, member_id: str) -> str | None:
        return self.places.get(member_id)

    def above(self, department_id: str) -> list[str]:
        return self.tree.get(department_id, [])

    def manager(self, department_id: str) -> str | None:
        return self.managers.get(department_id)

    def inside(self, department_id: str) -> list[str]:
        return [member for member, place in self.places.items() if department_id in self.tree[place]]

    def holders(self, role: str) -> dict[str, str | None]:
        return {"regional_director": {"director": "sales", "boss": "all"}}.get(role, {})


def who(*people: dict, **fields: object) -> list[str]:
    return resolve(people, Company(), fields)


def test_a_role_is_everybody_who_holds_it() -> None:
    assert who({"role": "regional_director"}) == ["director", "boss"]


def test_a_role_in_a_department_is_the_nearest_holder_at_or_above_it() -> None:
    assert who({"role": "regional_director", "in": "east"}) == ["director"]
    assert who({"role": "regional_director", "in": "all"}) == ["boss"]


def test_a_role_in_an_unknown_department_is_nobody_not_everybody() -> None:
    assert who({"role": "regional_director", "in": None}) == []
    assert who({"role": "regional_director", "in": "nowhere"}) == []


def test_the_manager_of_a_manager_is_the_next_one_up() -> None:
    assert who({"manager_of": "rep"}) == ["boss_east"]
    assert who({"manager_of": "rep", "level": 2}) == ["boss_sales"]
    assert who({"manager_of": "boss_east"}) == ["boss_sales"]
    assert who({"manager_of": "boss"}) == []


def test_a_user_and_a_field_mean_active_members_only() -> None:
    assert who({"user": "rep"}, {"user": ["gone", "boss"]}) == ["rep", "boss"]
    assert who({"field": "owner"}, {"field": "helpers"}, owner="rep", helpers=["boss", "gone"]) == ["rep", "boss"]
    assert who({"field": "owner"}) == []


def test_a_department_means_those_below_it_too() -> None:
    assert who({"department": "sales"}) == ["rep", "boss_east", "boss_sales", "director"]


def test_else_speaks_only_when_nobody_is_found() -> None:
    assert who({"role": "nobody_has_it", "else": {"user": "boss"}}) == ["boss"]
    assert who({"role": "nobody_has_it", "else": [{"user": "gone"}, {"user": "rep"}]}) == ["rep"]
    assert who({"user": "rep", "else": {"user": "boss"}}) == ["rep"]


def test_nobody_is_named_twice() -> None:
    assert who({"user": "boss"}, {"manager_of": "boss_sales"}) == ["boss"]
