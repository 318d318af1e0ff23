"""The same work without a browser: python -m aecore."""

import argparse
import sys

from aecore.commands.control import REFUSALS, add_control
from aecore.commands.evaluate import add_evaluate
from aecore.commands.exchange import add_exchange
from aecore.commands.images import add_images
from aecore.commands.listing import add_listing
from aecore.commands.naming import add_naming
from aecore.commands.pretrain import add_pretrain
from aecore.commands.sweep import add_sweep
from aecore.commands.training import add_training
from aecore.compute.workers import WorkersUnavailable
from aecore.data.datasets import DataUnavailable
from aecore.models import SettingError
from aecore.runs.run import RunDamaged
from aecore.runs.sweeps import SweepDamaged

FAMILIES = (
    add_listing,
    add_training,
    add_sweep,
    add_control,
    add_naming,
    add_evaluate,
    add_exchange,
    add_images,
    add_pretrain,
)
FAILURES = (KeyError, RunDamaged, SweepDamaged, DataUnavailable, WorkersUnavailable, *REFUSALS)


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; returns the exit status: 0 done, 1 it failed, 2 it was asked wrongly."""
    try:
        options = _parser().parse_args(arguments)
        return options.command(options) or 0
    except SettingError as problem:
        print(f"{problem}", file=sys.stderr)
        return 2
    except FAILURES as problem:
        print(problem.args[0], file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"A file could not be written or read: {problem}.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m aecore", description="Autoencoder Studio without a browser."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in FAMILIES:
        add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
