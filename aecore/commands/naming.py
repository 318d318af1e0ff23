"""Name, note and tags of a run: `rename`."""

import dataclasses
from typing import Any

from aecore.commands.options import add_command, add_directory, add_json, add_run, store_of
from aecore.commands.printing import show
from aecore.runs.label import Label, read_label, write_label
from aecore.runs.run import Run
from aecore.runs.store import DeletionRefused


def add_naming(commands) -> None:
    """Adds the command of this file."""
    parser = add_command(commands, "rename", rename)
    add_run(parser)
    parser.add_argument("name", metavar="NAME", nargs="?", help='"" removes the name')
    parser.add_argument("--note", metavar="TEXT", help="a few sentences about the run")
    parser.add_argument("--tags", metavar="TAG,TAG", help="replaces the tags it has")
    add_directory(parser)
    add_json(parser)


def rename(options) -> None:
    """Sets name, note or tags of a run; shows them if none is given."""
    run = store_of(options).get(options.run)
    given = {name: getattr(options, name) for name in ("name", "note", "tags")}
    given = {name: value for name, value in given.items() if value is not None}
    label = read_label(run.path)
    if given:
        if run.shipped:
            raise DeletionRefused("Shipped models cannot be renamed.")
        label = Label.of(**{**dataclasses.asdict(label), **given})
        write_label(run.path, label)
    words = label.to_dict() | ({} if options.json else {"tags": ", ".join(label.tags)})
    show({"run": run.id, **words}, options.json)


def named(run: Run) -> dict[str, Any]:
    """Name, note and tags of a run, those that it has."""
    return {name: value for name, value in read_label(run.path).to_dict().items() if value}
