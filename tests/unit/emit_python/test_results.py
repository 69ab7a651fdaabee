"""Fields of answers are names that Python takes."""

from __future__ import annotations

from dynamodel.emit.python.views_results import part_fields
from tests.support.small import equals, part, read


def test_the_name_of_several_is_no_keyword_either():
    # The plural of "a" is a word of Python's.
    answer = read("both", part("Owner", equals("p")), part("A", equals("p")), part("Entry", equals("p")))
    assert part_fields(answer) == ["owners", "as_", "entries"]


def test_two_parts_of_one_type_get_two_fields():
    assert part_fields(read("both", part("A", equals("p")), part("A", equals("q")))) == ["as_", "as__"]
