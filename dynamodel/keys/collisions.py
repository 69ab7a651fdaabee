"""The proof at plan time that keys of different kinds of items cannot be equal or reached by mistake (`keys.md` A8).

In: token rows of templates and of requests. Out: whether some values could make them equal, or bring one below the
other's prefix. Every template closes each token with the delimiter and no token's text holds it, so two keys are equal
exactly when they have equally many tokens and these are equal one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.keys import Component
from dynamodel.ir.values import Constant
from dynamodel.keys.bounds import token_text
from dynamodel.keys.domains import Domain, literal_domain, meet, token_domain
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.entities import AttributeDef, EntityDef
    from dynamodel.ir.keys import BoundToken, Template, Token
    from dynamodel.ir.values import Source


@dataclass(frozen=True, slots=True)
class Row:
    """The domains of a key's tokens, in order: what a template or a request's prefix can look like."""

    domains: tuple[Domain, ...]


def template_row(template: Template, entity: EntityDef | None = None) -> Row:
    """The row of a template; with the entity, the types of its attributes narrow the domains."""
    return Row(tuple(token_domain(token, _definition(token, entity)) for token in template.tokens))


def bound_row(tokens: tuple[BoundToken, ...], entity: EntityDef | None = None) -> Row:
    """The row of a request's tokens: fixed texts and constants exactly, other components by their domain.

    `entity` is the one whose attributes the components name.
    """
    return Row(tuple(_bound_domain(token, entity) for token in tokens))


def can_collide(one: Row, other: Row) -> bool:
    """Whether two rows can be the same key text."""
    return len(one.domains) == len(other.domains) and _unify(one, other)


def reached(prefix: Row, key: Row) -> bool:
    """Whether `begins_with` of the prefix, closed by the delimiter, can return a key of that row."""
    return len(prefix.domains) <= len(key.domains) and _unify(prefix, key)


def keys_can_collide(
    one: tuple[Template, ...], other: tuple[Template, ...], entities: tuple[EntityDef | None, EntityDef | None]
) -> bool:
    """Whether two primary keys (partition and sort template each) can be equal: all their halves unify."""
    return all(
        can_collide(template_row(a, entities[0]), template_row(b, entities[1])) for a, b in zip(one, other, strict=True)
    )


def _unify(one: Row, other: Row) -> bool:
    return all(meet(a, b) for a, b in zip(one.domains, other.domains, strict=False))


def _definition(token: Token, entity: EntityDef | None) -> AttributeDef | None:
    if entity is None or not isinstance(token, Component):
        return None
    return next((a for a in entity.attributes if a.name == token.attribute), None)


def _bound_domain(token: BoundToken, entity: EntityDef | None) -> Domain:
    if token.component is None:
        return literal_domain(token.text)
    if isinstance(token.source, Constant):
        text = token_text(token, _constant)
        return literal_domain(text) if text is not None else ()
    return token_domain(token.component, _definition(token.component, entity))


def _constant(source: Source) -> object:
    if isinstance(source, Constant):
        return source.value
    reason = f"not a constant: {source}"
    raise TypeError(reason)
