"""Every command with its arguments; the bodies are in the modules of this package, one each.

The standard library reads the command line: a framework takes longer to load than a model of thirty access patterns
takes to plan. A wrong call is told what it lacks on stderr, and ends with exit code 2.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from dynamodel.cli import exit_codes
from dynamodel.cli.console import run, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ABOUT = "Declare entities and access patterns; get a proven DynamoDB design, its infrastructure, code and tests."
_TARGETS = ("cloudformation", "cloudformation-json", "terraform", "cdk", "sam", "create-table", "python", "suite")

Given = argparse.Namespace


class Parser(argparse.ArgumentParser):
    """A parser that takes whole words only, names what was meant, and speaks on stderr like everything else here."""

    def __init__(self, **options: Any) -> None:
        """The same for every command."""
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        """End with what is wrong and where to read more."""
        say(f"{self.format_usage().rstrip()}\n\nerror: {message}\n  hint: `{self.prog} --help` says more")
        raise SystemExit(exit_codes.USAGE)

    def unknown(self, words: Sequence[str]) -> NoReturn:
        """End because of options that there are not."""
        options = [o for action in self._actions for o in action.option_strings]
        near = difflib.get_close_matches(words[0], options, n=1)
        self.error(f"there is no {words[0]}" + (f"; did you mean {near[0]}?" if near else ""))


def main(arguments: Sequence[str]) -> NoReturn:
    """Run the command that the arguments name."""
    if arguments and arguments[0] in _COMMANDS:
        name, *rest = arguments
        parser = Parser(prog=f"dynamodel {name}", description=_about(name))
        body = _COMMANDS[name](parser)
        given, unknown = parser.parse_known_intermixed_args(rest)
        if unknown:
            parser.unknown(unknown)
        run(lambda: body(given))
    parser = Parser(prog="dynamodel", description=_ABOUT)
    parser.add_argument("--version", action="store_true", help="print the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name in _COMMANDS:
        about = _about(name)
        commands.add_parser(name, help=about[0].lower() + about[1:].rstrip("."))
    if parser.parse_args(arguments).version:
        run(_version)
    parser.print_help(sys.stderr)
    raise SystemExit(exit_codes.USAGE)


def _about(name: str) -> str:
    return (_COMMANDS[name].__doc__ or "").strip()


def _version() -> int:
    from dynamodel.cli import console
    from dynamodel.version import __version__

    console.out(f"dynamodel {__version__}\n")
    return exit_codes.DONE


def _model(parser: Parser) -> None:
    parser.add_argument("model", metavar="MODEL", type=Path, help="the model: model.py, or its JSON form")


def _format(parser: Parser) -> None:
    words = "text for people (the default), json for programs"
    parser.add_argument("--format", choices=("text", "json"), default="text", help=words)


def _init(parser: Parser) -> Callable[[Given], int]:
    """Write a commented starter model."""
    parser.add_argument("folder", metavar="DIR", type=Path, nargs="?", default=Path(), help="where model.py is written")

    def body(given: Given) -> int:
        from dynamodel.cli.init import init

        return init(given.folder)

    return body


def _plan(parser: Parser) -> Callable[[Given], int]:
    """Compute the layout, each pattern's requests, the cost and the proof."""
    _model(parser)
    _format(parser)
    parser.add_argument("--lock", action="store_true", help="write the plan to model.plan.json beside the model")

    def body(given: Given) -> int:
        from dynamodel.cli.plan import plan

        return plan(given.model, as_json=given.format == "json", lock=given.lock)

    return body


def _emit(parser: Parser) -> Callable[[Given], int]:
    """Write infrastructure, access code and test suite."""
    _model(parser)
    parser.add_argument("--to", metavar="DIR", type=Path, required=True, help="the folder for the files")
    words = f"only this, one of {', '.join(_TARGETS)}; can be given several times"
    parser.add_argument("--target", metavar="TARGET", action="append", choices=_TARGETS, help=words)
    parser.add_argument(
        "--check", action="store_true", help="write nothing: show what differs, exit 1 if anything does"
    )
    parser.add_argument("--templates", metavar="DIR", type=Path, help="a folder whose files replace built-in templates")

    def body(given: Given) -> int:
        from dynamodel.cli.emit import emit

        targets = tuple(dict.fromkeys(given.target)) if given.target else None
        return emit(given.model, given.to, targets=targets, check=given.check, templates=given.templates)

    return body


def _verify(parser: Parser) -> Callable[[Given], int]:
    """Run every access pattern through the generated code and compare with the oracle."""
    _model(parser)
    words = "moto in this process (the default), or a DynamoDB Local that is started"
    parser.add_argument("--backend", choices=("moto", "local"), default="moto", help=words)
    folder, image = os.environ.get("DYNAMODEL_LOCAL_DIR"), os.environ.get("DYNAMODEL_LOCAL_IMAGE")
    parser.add_argument(
        "--local-dir", metavar="DIR", type=Path, default=Path(folder) if folder else None,
        help="the folder with DynamoDBLocal.jar; or say it in DYNAMODEL_LOCAL_DIR",
    )  # fmt: skip
    parser.add_argument(
        "--local-image", metavar="IMAGE", default=image or None,
        help="the container image, such as amazon/dynamodb-local; or say it in DYNAMODEL_LOCAL_IMAGE",
    )  # fmt: skip
    parser.add_argument("--endpoint", metavar="URL", help="a service that runs already")
    parser.add_argument("--allow-remote", action="store_true", help="let --endpoint name another machine")
    parser.add_argument("--seed", metavar="N", type=int, help="the seed of the dataset")
    parser.add_argument("--items", metavar="N", type=_at_least_one, help="about how many items the dataset has")
    _format(parser)
    parser.add_argument("--junit", metavar="FILE", type=Path, help="write the result as JUnit XML to this file as well")

    def body(given: Given) -> int:
        from dynamodel.cli.verify import verify

        return verify(
            given.model,
            backend=given.backend,
            folder=given.local_dir,
            image=given.local_image,
            endpoint=given.endpoint,
            allow_remote=given.allow_remote,
            seed=given.seed,
            items=given.items,
            as_json=given.format == "json",
            junit=given.junit,
        )

    return body


def _at_least_one(word: str) -> int:
    number = int(word)
    if number < 1:
        reason = f"{number} is less than 1"
        raise argparse.ArgumentTypeError(reason)
    return number


def _lint(parser: Parser) -> Callable[[Given], int]:
    """Report what is doubtful about the model and its plan."""
    _model(parser)
    _format(parser)

    def body(given: Given) -> int:
        from dynamodel.cli.lint import lint

        return lint(given.model, as_json=given.format == "json")

    return body


def _explain(parser: Parser) -> Callable[[Given], int]:
    """Say why the layout is as it is, what another one would take, or what a finding means."""
    parser.add_argument("what", metavar="MODEL|DMnnn", help="a model, or the code of a finding")
    parser.add_argument("name", metavar="NAME", nargs="?", help="a pattern, an index or an entity")
    parser.add_argument(
        "--drop", metavar="PATTERN", action="append", help="what is saved without it; can be given several times"
    )
    parser.add_argument("--frontier", action="store_true", help="the cheapest layout for each number of GSIs")
    words = "what the layout of a JSON file would take, or which rule it breaks"
    parser.add_argument("--force", metavar="LAYOUT", type=Path, help=words)
    words = "which rates, counts and sizes would change the layout, and from where"
    parser.add_argument("--sensitivity", action="store_true", help=words)
    _format(parser)

    def body(given: Given) -> int:
        from dynamodel.cli.explain import Question, explain

        dropped = tuple(dict.fromkeys(given.drop or ()))
        question = Question(given.name, dropped, given.frontier, given.force, given.sensitivity)
        return explain(given.what, question, as_json=given.format == "json")

    return body


def _cost(parser: Parser) -> Callable[[Given], int]:
    """Show what each access pattern and each place costs, and why."""
    _model(parser)
    _format(parser)

    def body(given: Given) -> int:
        from dynamodel.cli.cost import cost

        return cost(given.model, as_json=given.format == "json")

    return body


def _rules(parser: Parser) -> Callable[[Given], int]:
    """List every default and every finding."""
    del parser

    def body(_: Given) -> int:
        from dynamodel.cli.rules import rules

        return rules()

    return body


def _schema(parser: Parser) -> Callable[[Given], int]:
    """Print the JSON Schema of a model's JSON form."""
    del parser

    def body(_: Given) -> int:
        from dynamodel.cli.schema import schema

        return schema()

    return body


_COMMANDS: dict[str, Callable[[Parser], Callable[[Given], int]]] = {
    "init": _init,
    "plan": _plan,
    "emit": _emit,
    "verify": _verify,
    "lint": _lint,
    "explain": _explain,
    "cost": _cost,
    "rules": _rules,
    "schema": _schema,
}
