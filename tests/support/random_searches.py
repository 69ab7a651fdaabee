"""Random models that search vectors, as the text of a `model.py`: the same for the same seed."""

from __future__ import annotations

import random

_HEAD = '''"""Random searches."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from dynamodel import Create, Entity, Get, Model, Put, Search, Ulid, Update, Vector, attr
'''
_FIELDS = {
    "word": "Annotated[str, Field(min_length=1)]",
    "kind": 'Literal["a", "b"]',
    "number": "int",
    "price": "Decimal = attr(ge=0, le=100, scale=2)",
    "at": "datetime",
    "day": "date",
    "unique_id": "UUID",
    "level": "Literal[1, 2]",
    "raw": "Annotated[bytes, Field(min_length=1)]",
    "maybe": "Ulid | None = None",
}
_DISTANCES = ("cosine", "euclidean", "dot_product")


def model(seed: int) -> str:
    """Two entities with a vector of one name, searched by up to two attributes of any type."""
    draw = random.Random(seed)
    dimensions, tenant = draw.choice((1, 2, 5)), draw.random() < 0.3
    names = draw.sample(sorted(_FIELDS), 4)
    identity = '("tenant_id", "alpha_id")' if tenant else '"alpha_id"'
    lines = [_HEAD, "", f"class Alpha(Entity, identity={identity}, count=500):", "    alpha_id: Ulid"]
    lines += [f"    tenant_id: {_FIELDS['word']}"] if tenant else []
    lines += [f"    {name}: {_FIELDS[name]}" for name in names]
    if draw.random() < 0.4:
        lines.append('    ends: datetime = attr(role="ttl", lifetime=timedelta(days=3))')
    lines.append(f"    vector: Vector({dimensions}){' | None = None' if draw.random() < 0.4 else ''}")
    lines += ["", "", 'class Beta(Entity, identity="beta_id", count=50):', "    beta_id: Ulid"]
    lines += [f"    vector: Vector({dimensions})", "    title: str", "", ""]
    lines.append(f'class Random(Model, table="random"{", tenant=" + repr("tenant_id") if tenant else ""}):')
    for number in range(draw.randint(1, 3)):
        by = "".join(f"Alpha.{name}, " for name in draw.sample(names, draw.randint(0, 2)))
        options = [f"by=({by})", f'distance="{draw.choice(_DISTANCES)}"']
        options += [f"limit={draw.choice((1, 3, 100))}"] if draw.random() < 0.7 else []
        chosen = draw.choice(((), names[:1], [*names[1:3], "alpha_id"], ("vector",)))
        options += [f"returns=({''.join(f'Alpha.{name}, ' for name in chosen)})"] if chosen else []
        lines.append(f"    search_{number} = Search(Alpha, near=Alpha.vector, {', '.join(options)})")
    lines += ["    beta = Search(Beta, near=Beta.vector)", "    put = Put(Alpha)", "    make = Create(Beta)"]
    lines += [f"    change = Update(Alpha, set=(Alpha.vector, Alpha.{names[0]}))", "    alpha = Get(Alpha)"]
    return "\n".join(lines) + "\n"
