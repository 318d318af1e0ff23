"""Options that several commands share, and those made from the declared settings."""

import argparse
from collections.abc import Callable

from aecore import environment
from aecore.models import AUTOENCODERS
from aecore.models.settings import Settings
from aecore.runs.store import RunStore
from aecore.training.experiment import Experiment
from aecore.training.normal import read_normal


def add_command(commands, name: str, work: Callable, **words) -> argparse.ArgumentParser:
    """A parser for a command, whose help is the docstring of the function that does it.

    Args:
        commands: what `ArgumentParser.add_subparsers` gave.
        work: takes the parsed options, and returns the exit status; None stands for 0.
        words: further arguments of `add_parser`, or another help.
    """
    parser = commands.add_parser(name, **{"help": (work.__doc__ or "").split("\n")[0]} | words)
    parser.set_defaults(command=work)
    return parser


def add_run(parser, **words) -> None:
    """The argument for the run that a command is about."""
    parser.add_argument("run", metavar="RUN", **{"help": "ID of the run"} | words)


def add_measured_run(parser, **words) -> None:
    """The same where a shipped model will do, too."""
    help = "ID of the run, or a type such as `deep` for the model that ships with the program"
    add_run(parser, help=help, **words)


def add_directory(parser) -> None:
    """An option for the directory of runs; for `store_of`."""
    parser.add_argument(
        "--runs", metavar="DIR", default=environment.runs_directory(), help="folder of the runs"
    )


def store_of(options) -> RunStore:
    """The runs of the directory that was given."""
    return RunStore(options.runs)


def add_json(parser) -> None:
    """An option for printing the result as JSON."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_detach(parser) -> None:
    """An option for training in the background."""
    parser.add_argument("--detach", action="store_true", help="train in the background and return")


def add_experiment(parser, type: str) -> None:
    """Options for every hyperparameter of a type and of its training; for `experiment_of`."""
    kind = AUTOENCODERS[type]
    _add_settings(parser.add_argument_group(f"{kind.title} autoencoder"), kind, kind.recipe)
    _add_settings(parser.add_argument_group("experiment"), Experiment, kind.recipe)


def experiment_of(options) -> Experiment:
    """The experiment of the type `options.key` with the settings that were given.

    Raises:
        SettingError: they cannot be used.
    """
    kind, given = AUTOENCODERS[options.key], _given(options, Experiment)
    if "normal" in given:
        dataset = given.get("dataset", Experiment.default("dataset"))
        given["normal"] = read_normal(given["normal"], dataset)
    return Experiment.of(options.key, _given(options, kind), **given)


def _given(options, settings: type[Settings]) -> dict:
    values = {name: getattr(options, name, None) for name in settings.declared()}
    return {name: value for name, value in values.items() if value is not None}


def _add_settings(group, settings: type[Settings], recipe: dict) -> None:
    for name, declared in settings.declared().items():
        kind = settings.type_of(name)
        default = recipe.get(name, settings.default(name))
        words = {"help": f"{declared.help} Default: {_written(default)}.".replace("%", "%%")}
        flag = f"--{name.replace('_', '-')}"
        if kind is bool:
            group.add_argument(flag, action=argparse.BooleanOptionalAction, **words)
        elif name == "normal":  # by their names, or else by number
            group.add_argument(flag, metavar="CLASS,CLASS", **words)
        elif kind is str and declared.also:
            group.add_argument(flag, metavar="KEY", **words)
        elif kind is str:
            group.add_argument(flag, choices=declared.choices, **words)
        elif kind in (int, float):
            group.add_argument(flag, type=kind, metavar=kind.__name__.upper(), **words)
        else:
            group.add_argument(flag, type=_sizes, metavar="N,N", **words)


def _sizes(text: str) -> tuple[int, ...]:
    """'512,256' → (512, 256); an empty text for none."""
    try:
        return tuple(int(part) for part in text.split(",") if part.strip())
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{text!r} is not like 512,256") from problem


def _written(value) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    return str(value)
