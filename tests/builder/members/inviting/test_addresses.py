"""Addresses as people paste them."""

import pytest

from builder.members.inviting.addresses import read


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("zhang@x.cn", {"zhang@x.cn": "zhang"}),
        ("张三 <Zhang@X.cn>; 李四 li@x.cn，w@x.cn\r\n\r\n", {"zhang@x.cn": "张三", "li@x.cn": "李四", "w@x.cn": "w"}),
        ('"Zhang, San" <z@x.cn>', {"z@x.cn": "San"}),
        ("Zhang San <z@x.cn>, z@x.cn", {"z@x.cn": "Zhang San"}),
        ("<z@x.cn>", {"z@x.cn": "z"}),
    ],
)
def test_names_and_addresses_are_told_apart(text: str, names: dict[str, str]) -> None:
    assert read(text).names == names


def test_what_is_no_address_is_named() -> None:
    found = read("zhang@x.cn, 13800138000\n<a@b.cn\n@x.cn")
    assert (list(found.names), found.wrong) == (["zhang@x.cn"], ["13800138000", "<a@b.cn", "@x.cn"])
    assert read(" \n,; ").names == {}
