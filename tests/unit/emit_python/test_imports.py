"""Which words a text holds: what regular expressions with word boundaries say, found without them."""

from __future__ import annotations

import re

from hypothesis import given, strategies as st

from dynamodel.emit.python.imports import has_word, is_called, is_used, used_modules, words

NAME = "now"
PIECES = st.sampled_from([*"nowé_1.(=\"' ", "now", "now.", "now("])
TEXTS = st.lists(PIECES, max_size=8).map("".join)


@given(TEXTS)
def test_words_are_found_as_patterns_find_them(text: str) -> None:
    assert words(NAME, text) == len(re.findall(rf"\b{NAME}\b", text))
    assert has_word(NAME, text) == bool(re.search(rf"\b{NAME}\b", text))
    assert is_called(NAME, text) == bool(re.search(rf"\b{NAME}\(", text))
    assert is_used(NAME, text) == bool(re.search(rf'(?<![.\w"]){NAME}(?![\w"])', text))
    assert used_modules(text, (NAME,)) == ([NAME] if re.search(rf"\b{NAME}\.\w", text) else [])
