"""Trainings under control from the command line, whoever trains them."""

import contextlib

from aecore.commands.printing import print_json, show
from aecore.runs.checkpoints import CheckpointDamaged
from aecore.runs.control import WishRefused, ask_pause, ask_rate, ask_stop
from aecore.runs.run import Run, RunDamaged
from aecore.runs.space import ENDED
from aecore.runs.status import ACTIVE
from aecore.runs.store import RunKept, RunStore

REFUSALS = (WishRefused, CheckpointDamaged, RunKept)
SHOWN = (*ACTIVE, "paused", "interrupted")


def jobs(options) -> None:
    """Lists the trainings that wait, are under way, or were left."""
    rows = []
    for run in RunStore(options.runs).runs():
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
        print(f"Nothing is in training in {options.runs}.")
    for _, run, status in rows:
        words = status.warning or status.stage or status.message
        done = f"{status.fraction:4.0%} epoch {status.epoch}/{status.epochs}"
        print(f"{run.id:40} {status.state:12} {done:16} {words}")


def pause(options) -> None:
    """Pauses a training; `resume` goes on exactly where it was."""
    _ask(options, ask_pause)


def stop(options) -> None:
    """Stops a training and keeps what was learnt."""
    _ask(options, ask_stop)


def cancel(options) -> None:
    """Ends a training, or one that was left, and removes its run."""
    store = RunStore(options.runs)
    run = store.get(options.run)
    with contextlib.suppress(RunDamaged):  # whatever is wrong with it, it can go
        if run.usable and (state := run.status().state) in ENDED:
            raise WishRefused(f"{run.id} is not in training: it is {state}.")
    store.cancel(run)
    show({"run": run.id, "state": "removed"}, options.json)


def rate(options) -> None:
    """Changes the learning rate of a training."""
    _ask(options, lambda run: ask_rate(run, options.value))


def _ask(options, wish) -> None:
    run = RunStore(options.runs).get(options.run)
    wish(run)
    show(
        {"run": run.id, "state": run.status().state, "asked": options.command.__name__},
        options.json,
    )


def _row(run: Run, status) -> dict:
    names = ("state", "stage", "epoch", "epochs", "fraction", "seconds_left", "loss", "warning")
    return {"run": run.id, **{name: getattr(status, name) for name in names}}
