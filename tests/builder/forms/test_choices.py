"""Options edited as lines."""

from builder.forms.choices import lines_of, options_of

GRADES = [{"const": "a", "title": "高", "x-texts": {"en": {"title": "High"}}}, {"const": "b", "title": "低"}]


def test_options_are_shown_one_a_line() -> None:
    assert lines_of([*GRADES, {"const": "c"}]) == "高\n低\nc"


def test_a_new_line_is_a_new_option_and_the_others_keep_their_values() -> None:
    assert options_of("高\n中\n低", GRADES) == [GRADES[0], {"const": "中", "title": "中"}, GRADES[1]]


def test_a_renamed_option_keeps_its_value_and_all_else_it_has() -> None:
    assert options_of("很高\n低", GRADES) == [{**GRADES[0], "title": "很高"}, GRADES[1]]


def test_blank_and_doubled_lines_are_dropped() -> None:
    assert options_of("高\n\n 高 \n低\n", GRADES) == GRADES


def test_a_new_option_never_takes_the_value_of_another() -> None:
    options = options_of("高\n低\na", GRADES)
    assert len({option["const"] for option in options}) == 3
