"""What is emitted is formatted, lint-free and typed: for every example, every case of the corpus, and hostile names.

One process of each tool over all packages side by side: most of the time goes into what they have in common. Modules
that are the same in every package are looked at once, which a test holds.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dynamodel import pipeline
from dynamodel.emit.python.emitter import emit_python
from dynamodel.emit.suite.emitter import emit_suite
from dynamodel.planner.plan import make_plan
from tests.corpus.casefile import read_case
from tests.corpus.convert import convert
from tests.corpus.runner import plan_case
from tests.support.designs import NAMES, designed
from tests.support.helpdesk import helpdesk
from tests.support.hostile_names import KINDS, LONGER, named
from tests.support.once import once
from tests.support.packages import everything, write_package

CASES = sorted((Path(__file__).parents[1] / "corpus" / "cases").glob("*.json"))
PARENTS = Path(__file__).with_name("parents_model.py")
OWN = {"__init__", "aio", "calls", "client", "codec", "entities", "keys", "records", "requests", "results"}
PLAN = re.compile(r'\A.*\n|PLAN = "\w*"')  # what names the plan in a module that is the same everywhere


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """All packages that the tests know side by side, and below `tests` the suites of the examples."""
    target = tmp_path_factory.mktemp("packages")
    for name in NAMES:
        known = designed(name)
        write_package(known.workload, known.plan, target)
        for artifact in emit_suite(known.workload, known.plan, known.suite):
            (target / artifact.path).parent.mkdir(parents=True, exist_ok=True)
            (target / artifact.path).write_text(artifact.text, encoding="utf-8")
    for number, kind in enumerate(KINDS):
        workload = named(KINDS[kind])
        write_package(workload, pipeline.plan(workload), target).rename(target / f"names_{number}")
    for file in CASES:
        package = write_package(*plan_case(convert(read_case(file))), target)
        package.rename(target / f"case_{file.stem.replace('-', '_')}")
    write_package(helpdesk(), make_plan(helpdesk()), target)
    write_package(*everything(), target)
    parents = pipeline.load(PARENTS)
    write_package(parents, pipeline.plan(parents), target)
    return target


@pytest.fixture(scope="module")
def faulty(folder, tmp_path_factory):
    """A copy with faults put into it, for type checkers, and its modules whose text no other has.

    A module that is alike in several packages, with all that it imports, is in one of them: type checkers would take
    half as long again. The faults show that no other module is left to another package, and that Moto's types count.
    """
    copied, target = (tmp_path_factory.mktemp("faulty") / name for name in ("copied", "once"))
    shutil.copytree(folder, copied)
    for package in ("shop", "chat"):
        for module in ("errors", "engine"):  # one that imports nothing of its package, one that needs the codec
            file = copied / package / f"{module}.py"
            file.write_text(file.read_text(encoding="utf-8") + '\n\nWRONG: int = "text"\n', encoding="utf-8")
    file = copied / "tests/shop_patterns/tables.py"
    file.write_text(file.read_text(encoding="utf-8") + "\n\nWRONG: int = mock_aws()\n", encoding="utf-8")
    left = once(copied, target, PLAN)
    assert len(left) > 300
    return target, different(target, left)


def different(folder, left=()):
    """The modules of the packages but for some; those that are the same everywhere once."""
    found = {}
    for file in sorted({*folder.glob("*/*.py")}.difference(left)):
        found.setdefault((file.name, PLAN.sub("", file.read_text(encoding="utf-8"))), file)
    return [str(file.relative_to(folder)) for file in found.values()]


def run(folder, *command):
    return subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False)


def test_there_is_a_package_for_every_example_and_every_case(folder):
    packages = [path.parent.name for path in folder.glob("*/py.typed")]
    assert len(packages) == len(NAMES) + len(KINDS) + 24 + 3


def test_what_no_model_changes_is_the_same_in_every_package(folder):
    names = [Path(file).stem for file in different(folder)]
    assert {name for name in names if names.count(name) > 1} <= OWN
    assert len(set(names)) > 2 * len(OWN)


def test_the_formatter_has_nothing_to_change(folder):
    longer = [f"--exclude=names_{number}" for number, kind in enumerate(KINDS) if kind in LONGER]
    done = run(folder, "ruff", "format", "--isolated", "--no-cache", "--diff", *longer, ".")
    assert done.returncode == 0, done.stdout[:4000]


@pytest.mark.parametrize("rules", [[], ["--select", "E,F,I,UP,B,W"]], ids=["its own rules", "more rules"])
def test_the_linter_has_nothing_to_say(folder, rules):
    done = run(folder, "ruff", "check", "--isolated", "--no-cache", *rules, "--target-version", "py311", ".")
    assert done.returncode == 0, done.stdout[:4000]


# Suites import Moto for the type of one function; what that does not need of it would be half of all modules.
MYPY = """
[mypy]
strict = True
python_version = 3.11

[mypy-moto.*]
follow_imports = skip

[mypy-moto,moto.core,moto.core.config,moto.core.decorator,moto.core.models]
follow_imports = silent
"""


def test_it_passes_mypy_strict_but_for_faults_put_into_it(faulty, tmp_path):
    (tmp_path / "mypy.ini").write_text(MYPY, encoding="utf-8")
    options = [f"--config-file={tmp_path / 'mypy.ini'}", f"--cache-dir={os.devnull}"]
    done = run(faulty[0], "mypy", *options, ".")
    found = [line for line in done.stdout.splitlines() if ": error: " in line]
    wrong = [line.partition(":")[0] for line in found if "Incompatible types in assignment" in line]
    modules = ["chat/engine.py", "chat/errors.py", "shop/engine.py", "tests/shop_patterns/tables.py"]
    assert sorted(wrong) == modules, done.stdout[:4000]
    assert len(found) == len(wrong), done.stdout[:4000]


def test_it_passes_strict_pyright_but_for_faults_put_into_it(faulty):
    copied, modules = faulty
    config = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "include": modules}
    (copied / "pyrightconfig.json").write_text(json.dumps(config), encoding="utf-8")
    done = run(copied, "basedpyright", "--pythonpath", sys.executable)
    found = [line for line in done.stdout.splitlines() if " - error: " in line or " - warning: " in line]
    wrong = [line for line in found if "is not assignable to declared type" in line]
    places = [Path(line.split(":")[0].strip()).relative_to(copied).as_posix() for line in wrong]
    assert sorted(places) == ["chat/engine.py", "chat/errors.py"], done.stdout[:4000]  # the same text is in `shop`
    assert len(found) == len(wrong), done.stdout[:4000]


def test_emission_is_pure():
    workload, plan = everything()
    assert emit_python(workload, plan) == emit_python(workload, plan)


def test_the_package_needs_boto3_alone(folder):
    text = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*/*.py"))
    assert "import dynamodel" not in text
    assert "from dynamodel" not in text
