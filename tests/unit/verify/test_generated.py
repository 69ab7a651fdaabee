"""A loaded package is that of its text, where its text lies, also when another one was loaded before."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynamodel.emit.registry import emit
from dynamodel.ir.artifact import Artifact, ArtifactSet
from dynamodel.planner.plan import make_plan
from dynamodel.verify.generated import loaded
from tests.support.helpdesk import helpdesk
from tests.support.packages import submodule


def test_modules_compiled_before_run_from_their_own_files() -> None:
    workload = helpdesk()
    package = emit(workload, make_plan(workload), None, ("python",))
    with loaded(workload, package) as first, loaded(workload, package) as second:
        places = [
            submodule(each.module, "errors").AccessError.__init__.__code__.co_filename for each in (first, second)
        ]
        assert [Path(p).parent for p in places] == [Path(str(e.module.__file__)).parent for e in (first, second)]
        assert all(Path(submodule(e.module, "errors").__cached__).is_file() for e in (first, second))


def test_a_changed_module_is_the_changed_one_and_no_program_is_none() -> None:
    workload = helpdesk()
    package = emit(workload, make_plan(workload), None, ("python",))
    path = f"{workload.name}/errors.py"

    def changed(text: str) -> ArtifactSet:
        return ArtifactSet(tuple(Artifact(a.path, text if a.path == path else a.text) for a in package.artifacts))

    with loaded(workload, package):
        pass
    with loaded(workload, changed(package.text(path) + "\nCHANGED = 1\n")) as other:
        assert submodule(other.module, "errors").CHANGED == 1
    with pytest.raises(SyntaxError), loaded(workload, changed("def")):
        pass
