"""Trainings in this process or in one that outlives it: `train` and `resume`."""

import argparse
import contextlib
import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from aecore.commands.interrupting import holding_back, noticing
from aecore.commands.options import (
    add_command,
    add_detach,
    add_directory,
    add_experiment,
    add_json,
    add_run,
    experiment_of,
    store_of,
)
from aecore.commands.printing import show
from aecore.compute.preload import import_keras, lower_priority
from aecore.compute.recorder import Recorder
from aecore.figures.numbers import significant
from aecore.models import AUTOENCODERS, SettingError
from aecore.runs import control
from aecore.runs.run import Run, RunDamaged
from aecore.runs.series import measured
from aecore.runs.status import ENDED
from aecore.training.observer import NoObserver, Progress

ROOT = Path(__file__).parents[2]


def add_training(commands) -> None:
    """Adds the commands of this file."""
    types = add_command(commands, "train", train).add_subparsers(
        dest="key", required=True, metavar="TYPE"
    )
    for key, kind in AUTOENCODERS.items():
        words = {"help": kind.summary, "description": kind.summary}
        parser = add_command(types, key, train, **words)
        add_experiment(parser, key)
        add_directory(parser)
        add_json(parser)
        add_detach(parser)
    parser = add_command(commands, "resume", resume)
    add_run(parser)
    add_detach(parser)
    parser.add_argument("--restart", action="store_true", help="start again from epoch 1")
    parser.add_argument(
        "--epochs", metavar="INT", type=int, help="further epochs of a run that ended"
    )
    parser.add_argument(
        "--rate",
        metavar="FLOAT",
        type=float,
        help="their learning rate; default: the last one, or a tenth of it if the run diverged",
    )
    parser.add_argument("--ticket", help=argparse.SUPPRESS)  # of the process in the background
    add_directory(parser)
    add_json(parser)


def train(options) -> int:
    """Trains an autoencoder, with a progress bar."""
    experiment = experiment_of(options)
    with contextlib.ExitStack() as stack:
        with holding_back():
            run = store_of(options).create(experiment)
            if not options.detach:
                stack.enter_context(_resumable(run))
            ticket = control.enqueue(run)
        return _detach(run, ticket, options) if options.detach else _train(run, options)


def resume(options) -> int:
    """Resumes a paused or interrupted run; with --epochs or --rate, continues one that ended."""
    run = store_of(options).get(options.run)
    if options.ticket:
        if run.status().ticket != options.ticket:
            raise control.RequestRefused("Another process is already training {}.", run.id)
        lower_priority()
        with _resumable(run):
            return _train(run, options)
    further = options.epochs is not None or options.rate is not None
    if further and options.restart:
        raise SettingError("restart", "Use either --restart, or --epochs and --rate.")
    if further:
        epochs = control.default_epochs(run) if options.epochs is None else options.epochs
        rate = control.default_rate(run) if options.rate is None else options.rate
        ticket = control.continue_training(run, epochs, rate)
    else:
        ticket = control.enqueue(run, options.restart)
    if options.detach:
        return _detach(run, ticket, options)
    with _resumable(run):
        return _train(run, options)


@contextlib.contextmanager
def _resumable(run: Run) -> Iterator[None]:
    """Says how to continue a training that is interrupted in the context."""
    try:
        yield
    except KeyboardInterrupt:
        _leave(run)
        raise


def _train(run: Run, options) -> int:
    with holding_back(), Recorder(run, NoObserver()).heartbeat():
        import_keras()
        from aecore.compute import training
    with ProgressBar(quiet=options.json and not sys.stderr.isatty()) as bar:
        status = training.train(run, bar)
    if status.message:
        print(status.message, file=sys.stderr)
    if not run.usable:
        return 0 if status.state == "paused" else 1
    print_figures(run, options.json)
    return 0 if status.state in ("finished", "stopped", "paused") else 1


def _leave(run: Run) -> None:
    """Says how to continue a training that was interrupted, before or after its start."""
    with contextlib.suppress(RunDamaged, OSError):  # deleted meanwhile
        status = run.status()
        # failed: with the error that Ctrl-C became; interrupted: its heartbeat is late
        if status.active or status.state in ("failed", "interrupted"):
            told = "Interrupted from the keyboard."
            run.write_status(dataclasses.replace(status, state="interrupted", message=told))
        if status.state not in ENDED:
            print(f"`python -m aecore resume {run.id}` continues the training.", file=sys.stderr)


def _detach(run: Run, ticket: str, options) -> int:
    again = ["resume", run.id, "--runs", str(run.path.parent), "--json", "--ticket", ticket]
    process = in_background(again, run.path / "log.txt")
    show({"run": run.id, "path": str(run.path), "process": process}, options.json)
    return 0


def in_background(arguments: list[str], log: Path) -> int:
    """Runs a command in a process of its own, which outlives this one and its terminal.

    Returns:
        The process' number.
    """
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "aecore", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
        ).pid


class ProgressBar(NoObserver):
    """A progress bar on the standard error stream; Ctrl-C ends the training between two steps."""

    def __init__(self, quiet: bool):
        from tqdm import tqdm

        self.bar = tqdm(total=1.0, disable=quiet, bar_format="{desc} {percentage:3.0f}% |{bar}|")
        self.stack = contextlib.ExitStack()

    def progress(self, progress: Progress) -> None:
        self.check()
        left = progress.seconds_left
        self.bar.set_description_str(
            f"{progress.stage} · epoch {progress.epoch}/{progress.epochs}"
            + (f" · loss {significant(progress.loss, 4)}" if progress.loss is not None else "")
            + (f" · {left:.0f} s left" if left is not None else ""),
            refresh=False,
        )
        self.bar.n = progress.fraction
        self.bar.refresh()

    def __enter__(self):
        self.check = self.stack.enter_context(noticing())
        return self

    def __exit__(self, *raised):
        self.bar.close()
        self.stack.__exit__(*raised)


def print_figures(run: Run, as_json: bool) -> None:
    """What became of a run."""
    status = run.status()
    head = {"run": run.id, "path": str(run.path), "state": status.state, "epochs": status.epoch}
    show(head | measured(run), as_json)
