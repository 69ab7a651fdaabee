"""Every command with its arguments; the bodies are in the modules of this package, one each.

Typer reads the annotations when it builds the commands, so nothing here is imported for type checkers only.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dynamodel.cli.console import run


class Format(StrEnum):
    """How a result is printed."""

    TEXT = "text"
    JSON = "json"


class BackendName(StrEnum):
    """Where the suite runs."""

    MOTO = "moto"
    LOCAL = "local"


class Target(StrEnum):
    """What can be emitted."""

    CLOUDFORMATION = "cloudformation"
    CLOUDFORMATION_JSON = "cloudformation-json"
    TERRAFORM = "terraform"
    CDK = "cdk"
    SAM = "sam"
    CREATE_TABLE = "create-table"
    PYTHON = "python"
    SUITE = "suite"


Model = Annotated[Path, typer.Argument(help="The model: model.py, or its JSON form.", show_default=False)]
AsFormat = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]

app = typer.Typer(
    name="dynamodel",
    help="Declare entities and access patterns; get a proven DynamoDB design, its infrastructure, code and tests.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from dynamodel.version import __version__

        typer.echo(f"dynamodel {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Declare entities and access patterns; get a proven DynamoDB design, its infrastructure, code and tests."""
    del version  # answered by the callback


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="Where model.py is written.")] = Path()) -> None:
    """Write a commented starter model."""
    from dynamodel.cli.init import init as body

    run(lambda: body(folder))


@app.command()
def plan(
    model: Model,
    form: AsFormat = Format.TEXT,
    lock: Annotated[bool, typer.Option("--lock", help="Write the plan to model.plan.json beside the model.")] = False,
) -> None:
    """Compute the layout, each pattern's requests, the cost and the proof."""
    from dynamodel.cli.plan import plan as body

    run(lambda: body(model, as_json=form is Format.JSON, lock=lock))


@app.command()
def emit(
    model: Model,
    to: Annotated[Path, typer.Option("--to", help="The folder for the files.", show_default=False)],
    target: Annotated[list[Target] | None, typer.Option(help="Only this; can be given several times.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing: show what differs, exit 1 if anything does.")
    ] = False,
    templates: Annotated[Path | None, typer.Option(help="A folder whose files replace built-in templates.")] = None,
) -> None:
    """Write infrastructure, access code and test suite."""
    from dynamodel.cli.emit import emit as body

    targets = tuple(dict.fromkeys(t.value for t in target)) if target else None
    run(lambda: body(model, to, targets=targets, check=check, templates=templates))


@app.command()
def verify(  # noqa: PLR0917 - typer needs plain parameters
    model: Model,
    backend: Annotated[
        BackendName, typer.Option(help="moto in this process, or a DynamoDB Local that is started.")
    ] = BackendName.MOTO,
    local_dir: Annotated[
        Path | None, typer.Option(envvar="DYNAMODEL_LOCAL_DIR", help="The folder with DynamoDBLocal.jar.")
    ] = None,
    local_image: Annotated[
        str | None,
        typer.Option(envvar="DYNAMODEL_LOCAL_IMAGE", help="The container image, such as amazon/dynamodb-local."),
    ] = None,
    endpoint: Annotated[str | None, typer.Option(help="The URL of a service that runs already.")] = None,
    allow_remote: Annotated[bool, typer.Option("--allow-remote", help="Let --endpoint name another machine.")] = False,
    seed: Annotated[int | None, typer.Option(help="The seed of the dataset.")] = None,
    items: Annotated[int | None, typer.Option(min=1, help="About how many items the dataset has.")] = None,
    form: AsFormat = Format.TEXT,
    junit: Annotated[Path | None, typer.Option(help="Write the result as JUnit XML to this file as well.")] = None,
) -> None:
    """Run every access pattern through the generated code and compare with the oracle."""
    from dynamodel.cli.verify import verify as body

    run(
        lambda: body(
            model,
            backend=backend.value,
            folder=local_dir,
            image=local_image,
            endpoint=endpoint,
            allow_remote=allow_remote,
            seed=seed,
            items=items,
            as_json=form is Format.JSON,
            junit=junit,
        )
    )


@app.command()
def lint(model: Model, form: AsFormat = Format.TEXT) -> None:
    """Report what is doubtful about the model and its plan."""
    from dynamodel.cli.lint import lint as body

    run(lambda: body(model, as_json=form is Format.JSON))


@app.command()
def explain(  # noqa: PLR0917 - typer needs plain parameters
    what: Annotated[str, typer.Argument(metavar="MODEL|DMnnn", help="A model, or the code of a finding.")],
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A pattern, an index or an entity.")] = None,
    drop: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="What is saved without it; can be given several times.")
    ] = None,
    frontier: Annotated[bool, typer.Option("--frontier", help="The cheapest layout for each number of GSIs.")] = False,
    force: Annotated[
        Path | None,
        typer.Option(metavar="LAYOUT", help="What the layout of a JSON file would take, or which rule it breaks."),
    ] = None,
    sensitivity: Annotated[
        bool,
        typer.Option("--sensitivity", help="Which rates, counts and sizes would change the layout, and from where."),
    ] = False,
    form: AsFormat = Format.TEXT,
) -> None:
    """Say why the layout is as it is, what another one would take, or what a finding means."""
    from dynamodel.cli.explain import Question, explain as body

    question = Question(name, tuple(dict.fromkeys(drop or ())), frontier, force, sensitivity)
    run(lambda: body(what, question, as_json=form is Format.JSON))


@app.command()
def cost(model: Model, form: AsFormat = Format.TEXT) -> None:
    """Show what each access pattern and each place costs, and why."""
    from dynamodel.cli.cost import cost as body

    run(lambda: body(model, as_json=form is Format.JSON))


@app.command()
def rules() -> None:
    """List every default and every finding."""
    from dynamodel.cli.rules import rules as body

    run(body)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a model's JSON form."""
    from dynamodel.cli.schema import schema as body

    run(body)
