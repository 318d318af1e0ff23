"""Control of trainings in any process: `jobs`, `pause`, `stop`, `cancel` and `rate`."""

import contextlib
from collections.abc import Callable

from aecore.commands.options import add_command, add_directory, add_json, add_run, store_of
from aecore.commands.printing import print_json, show
from aecore.runs.control import RequestRefused, ask_pause, ask_rate, ask_stop
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import ACTIVE, ENDED

SHOWN = (*ACTIVE, "paused", "interrupted")


def add_control(commands) -> None:
    """Adds the commands of this file."""
    for name, work in {"jobs": jobs, "pause": pause, "stop": stop, "cancel": cancel}.items():
        parser = add_command(commands, name, work)
        if work is not jobs:
            add_run(parser)
        add_directory(parser)
        add_json(parser)
    parser = add_command(commands, "rate", rate)
    add_run(parser)
    parser.add_argument("value", metavar="RATE", type=float, help="constant from now on")
    add_directory(parser)
    add_json(parser)


def jobs(options) -> None:
    """Lists the runs that are queued, running, paused or interrupted."""
    rows = []
    for run in store_of(options).runs():
        try:
            status = run.status()
        except RunDamaged:
            continue
        if status.state in SHOWN:
            rows.append((status.queued, run, status))
    rows.sort(key=lambda row: row[0])
    if options.json:
        print_json([_row(run, status) for _, run, status in rows])
        return
    if not rows:
        print(f"No training is running or waiting in {options.runs}.")
    for _, run, status in rows:
        words = status.warning or status.stage or status.message
        done = f"{status.fraction:4.0%} epoch {status.epoch}/{status.epochs}"
        print(f"{run.id:40} {status.state:12} {done:16} {words}")


def pause(options) -> None:
    """Pauses a run; `resume` continues exactly where it was."""
    _ask(options, "pause", ask_pause)


def stop(options) -> None:
    """Stops a run and keeps its model."""
    _ask(options, "stop", ask_stop)


def cancel(options) -> None:
    """Ends a run that is training, paused or interrupted, and deletes it."""
    store = store_of(options)
    run = store.get(options.run)
    with contextlib.suppress(RunDamaged):  # whatever is wrong with it, it can go
        if run.usable and (state := run.status().state) in ENDED:
            raise RequestRefused("{} is not in training: it is {}.", run.id, state)
    store.cancel(run)
    show({"run": run.id, "state": "removed"}, options.json)


def rate(options) -> None:
    """Changes the learning rate of a run in training."""
    _ask(options, "rate", lambda run: ask_rate(run, options.value))


def _ask(options, asked: str, wish: Callable[[Run], None]) -> None:
    run = store_of(options).get(options.run)
    wish(run)
    show({"run": run.id, "state": run.status().state, "asked": asked}, options.json)


def _row(run: Run, status) -> dict:
    names = ("state", "stage", "epoch", "epochs", "fraction", "seconds_left", "loss", "warning")
    return {"run": run.id, **{name: getattr(status, name) for name in names}}
