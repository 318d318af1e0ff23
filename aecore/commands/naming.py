"""What somebody calls a run, from the command line."""

import dataclasses
from typing import Any

from aecore.commands.printing import show
from aecore.runs.label import Label, read_label, write_label
from aecore.runs.run import Run
from aecore.runs.store import RunKept, RunStore


def rename(options) -> None:
    """Gives a run a name, a note or tags; shows those it has if none is given."""
    store = RunStore(options.runs)
    run = store.get(options.run)
    given = {name: getattr(options, name) for name in ("name", "note", "tags")}
    given = {name: value for name, value in given.items() if value is not None}
    label = read_label(run.path)
    if given:
        if run.shipped:
            raise RunKept("What came with the program keeps its name.")
        label = Label.of(**{**dataclasses.asdict(label), **given})
        write_label(run.path, label)
    words = label.to_dict() | ({} if options.json else {"tags": ", ".join(label.tags)})
    show({"run": run.id, **words}, options.json)


def named(run: Run) -> dict[str, Any]:
    """Name, note and tags of a run, those that it has."""
    return {name: value for name, value in read_label(run.path).to_dict().items() if value}
