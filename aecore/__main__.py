"""The same work without a browser: python -m aecore."""

import argparse
import sys

from aecore import environment
from aecore.commands.control import add_control
from aecore.commands.evaluate import add_evaluate
from aecore.commands.exchange import add_exchange
from aecore.commands.images import add_images
from aecore.commands.listing import add_listing
from aecore.commands.naming import add_naming
from aecore.commands.pretrain import add_pretrain
from aecore.commands.printing import printable
from aecore.commands.sweep import add_sweep
from aecore.commands.training import add_training
from aecore.data.refusal import Refusal
from aecore.models import SettingError

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


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; returns the exit status: 0 done, 1 it failed, 2 it was asked wrongly."""
    if problems := environment.problems():
        print("\n".join(printable(str(each)) for each in problems), file=sys.stderr)
        return 2
    try:
        options = _parser().parse_args(arguments)
        return options.command(options) or 0
    except Refusal as problem:
        print(printable(str(problem)), file=sys.stderr)
        return 2 if isinstance(problem, SettingError) else 1
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
