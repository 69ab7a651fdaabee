"""What dynamodel makes of the examples: every file under `examples/<each>/expected/`, computed anew.

In: an example's folder. Out: path below `expected/` -> text. Used by the test that compares and by `tests.regen`.
"""

from __future__ import annotations

from pathlib import Path

from dynamodel import pipeline
from dynamodel.emit.registry import EMITTERS
from dynamodel.ir import codec
from dynamodel.report.plan_text import plan_text

ROOT = Path(__file__).parent.parent.parent
ALL_TARGETS = "chat"  # the example that shows what every target makes
EXAMPLES = tuple(sorted(path.parent.name for path in ROOT.glob("examples/*/model.py")))


def outputs(name: str) -> dict[str, str]:
    """The expected files of an example, by path."""
    workload = pipeline.load(ROOT / "examples" / name / "model.py")
    plan = pipeline.plan(workload)
    targets = tuple(EMITTERS) if name == ALL_TARGETS else None
    files = pipeline.artifacts(workload, plan, pipeline.suite(workload), targets)
    emitted = {artifact.path: artifact.text for artifact in files.artifacts}
    said = {"plan.txt": plan_text(workload, plan), "plan.json": codec.plan_text(plan)}
    return {path: text.replace(f"{ROOT}/", "") for path, text in said.items()} | emitted  # findings name their files


def committed(name: str) -> dict[str, str]:
    """The files that lie under `expected/` now."""
    folder = ROOT / "examples" / name / "expected"
    files = (f for f in sorted(folder.rglob("*")) if f.is_file())
    paths = {f.relative_to(folder).as_posix(): f for f in files}
    cached = {path for path in paths if any(p.startswith((".", "__pycache__")) for p in path.split("/"))}
    return {path: f.read_text(encoding="utf-8") for path, f in paths.items() if path not in cached}


def rewrite(name: str) -> list[str]:
    """Make `expected/` what it should be; the paths that changed."""
    folder = ROOT / "examples" / name / "expected"
    wanted, before = outputs(name), committed(name)
    for path in before.keys() - wanted.keys():
        (folder / path).unlink()
    changed = sorted({*(p for p in wanted if wanted[p] != before.get(p)), *(before.keys() - wanted.keys())})
    for path in changed:
        if path in wanted:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(wanted[path], encoding="utf-8", newline="\n")
    return changed
