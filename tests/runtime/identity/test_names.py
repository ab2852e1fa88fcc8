"""Sign-in names and what members are found by."""

from runtime.identity.names import folded, is_tenant_key, kind_of, search_text, tenant_key_for


def test_the_form_of_a_name_alone_says_its_kind() -> None:
    names = ("li@example.com", "13800000000", "+8613800000000", "li.na", "张三", "a b", "@", "x", "")
    assert [kind_of(name) for name in names] == ["mail", "phone", "phone", "login", "login", None, None, None, None]


def test_names_are_compared_casefolded_and_in_one_width() -> None:
    assert folded(" Ｌi@Example.COM ") == "li@example.com"


def test_a_member_is_found_by_pinyin_and_by_initials() -> None:
    assert search_text("张三") == "张三 zhangsan zs"


def test_a_tenant_key_stands_in_an_address_as_it_is() -> None:
    keys = ("demo", "sales-east", "1st", "a/b", "Demo", "..", "a")
    assert [is_tenant_key(key) for key in keys] == [True, True, False, False, False, False, False]


def test_a_key_is_made_from_the_title_and_is_free() -> None:
    taken = {"acme-shanghai", "acme-shanghai-2"}
    titles = ("Acme 上海", "王五公司", "3M", "A", "!!!", "x" * 90)
    keys = [tenant_key_for(title, taken.__contains__) for title in titles]
    assert keys == ["acme-shanghai-3", "wangwugongsi", "team-3m", "team-a", "team", "x" * 40]
    assert all(is_tenant_key(key) for key in keys)
