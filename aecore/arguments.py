"""The options of the command line, read off the declared settings."""

import argparse

from aecore.models import AUTOENCODERS
from aecore.models.settings import Settings
from aecore.runs.store import default_directory
from aecore.training.experiment import Experiment


def given(options, settings: type[Settings]) -> dict:
    """The settings of a class that were given on the command line."""
    values = {name: getattr(options, name, None) for name in settings.declared()}
    return {name: value for name, value in values.items() if value is not None}


def parser(
    types, train, sweep, evaluate, runs, export, pretrain, import_, reconstruct, score, *control
) -> argparse.ArgumentParser:
    """The parser of all commands; each command's docstring is its help."""
    parser = argparse.ArgumentParser(
        prog="python -m aecore", description="Autoencoder Studio without a browser."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(work, name=None, parents=commands, **words):
        sub = parents.add_parser(
            name or work.__name__.strip("_"), help=work.__doc__.split("\n")[0], **words
        )
        sub.set_defaults(command=work)
        return sub

    def directory(sub):
        sub.add_argument(
            "--runs", metavar="DIR", default=default_directory(), help="directory of the runs"
        )

    def as_json(sub):
        sub.add_argument("--json", action="store_true", help="print JSON")

    as_json(command(types))
    for work in (train, sweep):
        kinds = command(work).add_subparsers(dest="key", required=True, metavar="KEY")
        for key, kind in AUTOENCODERS.items():
            sub = command(work, key, kinds, description=kind.summary)
            if work is sweep:
                _add_varying(sub)
            _add_options(sub.add_argument_group(f"{kind.title} autoencoder"), kind, kind.recipe)
            _add_options(sub.add_argument_group("experiment"), Experiment, kind.recipe)
            directory(sub)
            as_json(sub)
            _add_detach(sub)
    again = command(sweep, "resume", kinds, description="Trains what is missing of a sweep.")
    again.add_argument("sweep", metavar="SWEEP", help="the id that was printed when it was made")
    directory(again)
    as_json(again)
    _add_detach(again)
    _add_gpu(again)
    for work in control:
        sub = command(work)
        if work.__name__ != "jobs":
            sub.add_argument("run", metavar="RUN")
        if work.__name__ == "rate":
            sub.add_argument("value", metavar="RATE", type=float, help="constant from now on")
        if work.__name__ == "resume":
            _add_resuming(sub)
        if work.__name__ == "rename":
            _add_naming(sub)
        directory(sub)
        as_json(sub)
    measuring = command(evaluate)
    whose = measuring.add_mutually_exclusive_group(required=True)
    whose.add_argument(
        "run", metavar="RUN", nargs="?", help="a run's id, or a type's key: the shipped one"
    )
    whose.add_argument(
        "--shipped", action="store_true", help="all that ship, beside their goals and PCA"
    )
    directory(measuring)
    as_json(measuring)
    listing = command(runs)
    directory(listing)
    as_json(listing)
    exporting = command(export)
    exporting.add_argument("run", metavar="RUN")
    exporting.add_argument(
        "--out",
        metavar="FILE",
        help="the suffix tells the format: .keras, .tflite or .run.zip; default: RUN.keras",
    )
    directory(exporting)
    importing = command(import_)
    importing.add_argument("file", metavar="FILE", help="a .run.zip, or a .keras by anybody")
    foreign = importing.add_argument_group("a Keras model by somebody else")
    foreign.add_argument(
        "--dataset", metavar="KEY", help="to measure it on; default: the first that fits"
    )
    foreign.add_argument(
        "--layer", metavar="NAME", help="whose output is the code; default: the narrowest"
    )
    foreign.add_argument(
        "--type", choices=tuple(AUTOENCODERS), help="on whose page it is shown; default: as found"
    )
    directory(importing)
    as_json(importing)
    rebuilding, scoring = command(reconstruct), command(score)
    for sub in (rebuilding, scoring):
        sub.add_argument("run", metavar="RUN", help="a run's id, or a type's key: the shipped one")
        sub.add_argument("images", metavar="IMAGES", nargs="+", help="files, folders, ZIPs")
        directory(sub)
        as_json(sub)
    rebuilding.add_argument("--out", metavar="DIR", required=True, help="where each is written")
    scoring.add_argument("--csv", metavar="FILE", help="write a table")
    scoring.add_argument("--codes", action="store_true", help="with the numbers of each code")
    shipping = command(pretrain)
    shipping.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    part = shipping.add_mutually_exclusive_group()
    part.add_argument("--studies", action="store_true", help="only the studies of their models")
    part.add_argument("--series", action="store_true", help="only the figures of a type's series")
    return parser


def _add_detach(sub) -> None:
    sub.add_argument("--detach", action="store_true", help="train in the background, and return")


def _add_varying(sub) -> None:
    sub.add_argument(
        "--vary",
        metavar="NAME=VALUES",
        action="append",
        required=True,
        help="a setting and its values, as latent_size=2,4,8 or learning_rate=1e-4..1e-1 x 4 or "
        "weight=0..2 by 0.5 or encoder_layers=512-256,256; may be given twice, for a grid",
    )
    sub.add_argument("--title", metavar="TEXT", default="", help="what the sweep is called")
    _add_gpu(sub)


def _add_gpu(sub) -> None:
    sub.add_argument("--gpu", action="store_true", help="on workers of a cluster that have one")


def _add_resuming(sub) -> None:
    _add_detach(sub)
    sub.add_argument("--anew", action="store_true", help="from the start, not from a checkpoint")
    sub.add_argument(
        "--epochs", metavar="INT", type=int, help="train a run that has ended on for so many more"
    )
    sub.add_argument("--rate", metavar="FLOAT", type=float, help="learning rate of these")
    sub.add_argument("--ticket", help=argparse.SUPPRESS)  # of the process in the background


def _add_naming(sub) -> None:
    sub.add_argument("name", metavar="NAME", nargs="?", help="an empty one takes it away")
    sub.add_argument("--note", metavar="TEXT", help="what there is to say of it")
    sub.add_argument("--tags", metavar="TAG,TAG", help="instead of those it has")


def _add_options(group, settings: type[Settings], recipe: dict) -> None:
    for name, declared in settings.declared().items():
        kind = settings.type_of(name)
        default = recipe.get(name, settings.default(name))
        words = {"help": f"{declared.help} Default: {_written(default)}.".replace("%", "%%")}
        flag = f"--{name.replace('_', '-')}"
        if kind is bool:
            group.add_argument(flag, action=argparse.BooleanOptionalAction, **words)
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
