"""JSON over many lines is what the standard module writes, character by character."""

from __future__ import annotations

import json

from hypothesis import given, strategies as st

from dynamodel.ir.json_text import indented

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30)


@given(values)
def test_a_value_is_written_as_the_standard_module_does(value: object) -> None:
    assert indented(value) == json.dumps(value, indent=2, ensure_ascii=False)
