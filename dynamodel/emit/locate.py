"""Where the templates are: inside an installed package, or beside it in a checkout.

In: nothing. Out: a folder that can be read. It must not know what is in the templates.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import dynamodel
from dynamodel.catalog import finding
from dynamodel.errors import EnvironmentFault

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_FOLDER = "templates"


def template_folder() -> Traversable:
    """The built-in templates; raises EnvironmentFault when the installation lacks them.

    A wheel ships them as `dynamodel/templates`. An editable install does not: there they lie beside the package, at
    the top of the checkout.
    """
    installed = resources.files("dynamodel") / _FOLDER
    if installed.is_dir():
        return installed
    checkout = Path(dynamodel.__file__).resolve().parent.parent / _FOLDER
    if checkout.is_dir():
        return checkout
    raise EnvironmentFault(
        [
            finding(
                "DM712",
                "the templates of dynamodel are missing from this installation",
                hint="install dynamodel again",
                notes=(f"looked in {installed} and {checkout}",),
            )
        ]
    )
