"""The parser of all commands, and what becomes of the one that was given."""

import argparse
import sys
from pathlib import Path

from aecore import environment
from aecore.commands.compress import add_compress
from aecore.commands.control import add_control
from aecore.commands.dashboard import add_dashboard
from aecore.commands.data import add_data
from aecore.commands.detect import add_detect
from aecore.commands.evaluate import add_evaluate
from aecore.commands.exchange import add_exchange
from aecore.commands.listing import add_listing
from aecore.commands.naming import add_naming
from aecore.commands.own_data import add_own_data
from aecore.commands.pretrain import add_pretrain
from aecore.commands.printing import print_anything
from aecore.commands.script import add_script
from aecore.commands.sweep import add_sweep
from aecore.commands.training import add_training
from aecore.data.names import visible
from aecore.data.refusal import Refusal
from aecore.models import SettingError

FAMILIES = (
    add_dashboard,
    add_listing,
    add_training,
    add_sweep,
    add_control,
    add_naming,
    add_evaluate,
    add_exchange,
    add_own_data,
    add_detect,
    add_compress,
    add_data,
    add_pretrain,
    add_script,
)
INSTALLED = "autoencoder-studio"  # the command that `pip install .` gives


def run(arguments: list[str] | None) -> int:
    """Runs a command; its errors are sentences on the standard error stream.

    Returns:
        The exit status: 0 done, 1 it failed, 2 it was asked wrongly.
    """
    print_anything()
    if problems := environment.problems():
        print("\n".join(visible(str(each)) for each in problems), file=sys.stderr)
        return 2
    options = parser().parse_args(arguments)
    try:
        return options.command(options) or 0
    except Refusal as problem:
        print(visible(str(problem)), file=sys.stderr)
        return 2 if isinstance(problem, SettingError) else 1
    except BrokenPipeError:
        raise
    except OSError as problem:
        print(f"A file could not be written or read: {problem}.", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """The parser of all commands, each added by its family."""
    installed = Path(sys.argv[0]).name == INSTALLED
    parser = argparse.ArgumentParser(
        prog=INSTALLED if installed else "python -m aecore",
        description="Autoencoder Studio on the command line.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in FAMILIES:
        add(commands)
    return parser
