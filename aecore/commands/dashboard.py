"""`dashboard`: the same as `streamlit run app.py`, from any folder."""

import os
import sys
from pathlib import Path

from aecore.commands.options import add_command

PACKAGE = Path(__file__).parents[1]
# beside app.py lie its pages and settings: in the package where it is installed, else above it
APP = next(p for p in (PACKAGE / "app" / "app.py", PACKAGE.parent / "app.py") if p.exists())


def add_dashboard(commands) -> None:
    """Adds the command of this file."""
    parser = add_command(commands, "dashboard", dashboard)
    parser.add_argument(
        "options",
        nargs="*",
        metavar="-- OPTION",
        help="options of `streamlit run`, such as: -- --server.port 8600",
    )


def dashboard(options) -> None:
    """Opens the dashboard in the browser."""
    arguments = ["-m", "streamlit", "run", str(APP), *options.options]
    # -P: a folder that the command is given in may hold a random.py
    os.execv(sys.executable, [sys.executable, "-P", *arguments])
