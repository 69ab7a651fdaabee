"""What `keys` refuses: values that have no text in a key, and attributes that can be in none.

These are ordinary `ValueError`s with a reason to show; the stage that meets one turns it into its own diagnostic.
"""

from __future__ import annotations


class UnencodableValue(ValueError):  # noqa: N818 - names the value, which is what is wrong
    """A value that a key component cannot hold; the message says why."""


class NoKeyCode(ValueError):  # noqa: N818 - says what the attribute lacks
    """An attribute whose type has no text form that keeps the laws of keys; the message says why."""


class MalformedKey(ValueError):  # noqa: N818 - says what the text is
    """A text that the template or component at hand cannot have written."""
