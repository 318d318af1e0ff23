"""`sweep`: trains the points of a sweep on the workers, as many at a time as there are."""

import contextlib
import math
import signal
import sys
import time
from functools import partial

from aecore.commands.options import (
    add_command,
    add_detach,
    add_directory,
    add_experiment,
    add_json,
    experiment_of,
    store_of,
)
from aecore.commands.printing import print_json, show
from aecore.commands.training import in_background
from aecore.compute.jobs import Jobs
from aecore.compute.points import resume_unfinished, start_missing
from aecore.compute.workers import Workers
from aecore.data.kinds import kind_of
from aecore.models import AUTOENCODERS
from aecore.models.settings import SettingError
from aecore.runs.control import RequestRefused, ask_pause
from aecore.runs.run import Run, RunDamaged
from aecore.runs.series import Point, find_points
from aecore.runs.store import RunStore
from aecore.runs.sweeps import SweepFile, find_sweep, keep_sweep
from aecore.training.experiment import Experiment
from aecore.training.sweep import Sweep, written
from aecore.training.typed_values import read_values

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 10.0  # a run that seems dead may live: a machine slept, a clock was set
SHOWN = ("val_loss", "parameters", "seconds")  # after those that the kind of data has


def add_sweep(commands) -> None:
    """Adds the command of this file."""
    types = add_command(commands, "sweep", sweep).add_subparsers(
        dest="key", required=True, metavar="TYPE"
    )
    for key, kind in AUTOENCODERS.items():
        words = {"help": kind.summary, "description": kind.summary}
        parser = add_command(types, key, sweep, **words)
        parser.add_argument(
            "--vary",
            metavar="NAME=VALUES",
            action="append",
            required=True,
            help="a setting and its values, such as latent_size=2,4,8 or "
            "learning_rate=1e-4..1e-1 x 4 or weight=0..2 by 0.5 or encoder_layers=512-256,256; "
            "give it twice for a grid",
        )
        parser.add_argument("--title", metavar="TEXT", default="", help="name of the sweep")
        add_experiment(parser, key)
        _add_way(parser)
    parser = add_command(types, "resume", resume)
    parser.add_argument("sweep", metavar="SWEEP", help="the ID that `sweep` printed")
    _add_way(parser)


def _add_way(parser) -> None:
    parser.add_argument("--gpu", action="store_true", help="only on workers with a GPU")
    add_directory(parser)
    add_json(parser)
    add_detach(parser)


def sweep(options) -> int:
    """Trains a type at several values of one or two settings; `sweep resume` continues one."""
    planned, store = _asked_for(experiment_of(options), options), store_of(options)
    return _go_on(keep_sweep(planned, store), planned, store, options)


def resume(options) -> int:
    """Trains what is missing of a sweep."""
    store = store_of(options)
    file = find_sweep(options.sweep, store)
    return _go_on(file, file.read(), store, options)


def _go_on(file: SweepFile, sweep: Sweep, store: RunStore, options) -> int:
    if options.detach:
        again = ["sweep", "resume", file.id, "--runs", str(store.directory), "--json"]
        again += ["--gpu"] if options.gpu else []
        process = in_background(again, file.log)
        show({"sweep": file.id, "path": str(file.path), "process": process}, options.json)
        return 0
    return _train(file, sweep, store, options)


def _asked_for(base: Experiment, options) -> Sweep:
    axes = {}
    for text in options.vary:
        name, _, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if name in axes:
            raise SettingError(name, "--vary names {} twice.", name)
        axes[name] = read_values(base, name, values)
    return Sweep(options.title, base, axes)


def _train(file: SweepFile, sweep: Sweep, store: RunStore, options) -> int:
    """Trains what is missing; its status is 0 if every point has a result at the end.

    Raises:
        WorkersUnavailable: no worker answers.
    """
    from tqdm import tqdm

    workers = Workers()
    quiet = options.json and not sys.stderr.isatty()
    count, mine = len(sweep.series.points), []
    try:
        with _deaf():
            workers.client()
        with tqdm(total=count, disable=quiet, desc=sweep.title, unit="run", leave=False) as bar:
            queue = partial(Jobs(workers).submit, gpu=options.gpu or None)
            mine = resume_unfinished(sweep.series, store, queue)
            mine += start_missing(sweep.series, store, queue)
            _watch(sweep, store, bar)
    except KeyboardInterrupt:
        _leave(mine)
        words = f"Interrupted. Continue with `python -m aecore sweep resume {file.id}`."
        print(words, file=sys.stderr)
        return 1
    finally:
        workers.close()
    points = find_points(sweep.series, store)
    _print(file, sweep, points, options.json)
    return (
        0 if all(label in points and points[label].trained for label in sweep.series.points) else 1
    )


@contextlib.contextmanager
def _deaf():
    """What is started in this context does not hear Ctrl-C, which a terminal tells everybody."""
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)


def _watch(sweep: Sweep, store: RunStore, bar) -> None:
    """Waits until no training of the sweep is running, in any process."""
    quiet = 0.0
    while quiet < PATIENCE_SECONDS:
        points = find_points(sweep.series, store).values()
        bar.n = sum(not point.active for point in points)
        training = [p.status.fraction for p in points if p.status and p.state == "training"]
        told = " ".join(f"{fraction:.0%}" for fraction in training)
        bar.set_postfix_str(f"training {told}" if training else "", refresh=False)
        bar.refresh()
        if any(point.active for point in points):
            quiet = 0.0
        elif not any(point.state == "interrupted" for point in points):
            return
        else:
            quiet += LOOK_SECONDS
        time.sleep(LOOK_SECONDS)


def _leave(runs: list[Run]) -> None:
    """Pauses what waits or is in training, and gives the trainings time to keep where they are."""
    for run in runs:
        with contextlib.suppress(RequestRefused, RunDamaged, OSError):
            ask_pause(run)
    over = time.monotonic() + PATIENCE_SECONDS
    while any(map(_active, runs)) and time.monotonic() < over:
        time.sleep(LOOK_SECONDS / 2)


def _active(run: Run) -> bool:
    try:
        return run.status().active
    except RunDamaged:  # deleted meanwhile
        return False


def _print(file: SweepFile, sweep: Sweep, points: dict[str, Point], as_json: bool) -> None:
    rows = []
    for label, values in sweep.combinations.items():
        point = points.get(label)
        rows.append(
            {
                "values": dict(zip(sweep.axes, values, strict=True)),
                "state": point.state if point else "missing",
                "run": point.run.id if point and point.run else None,
                "figures": {
                    name: value if math.isfinite(value) else None
                    for name, value in (point.figures if point else {}).items()
                },
            }
        )
    if as_json:
        print_json({"sweep": file.id, "title": sweep.title, "points": rows})
        return
    print(f"{sweep.title}\nsweep {file.id}")
    shown = (*kind_of(sweep.base.shape).listed, *SHOWN)
    print("".join(f"{name:>14}" for name in (*sweep.axes, *shown)), " state       run")
    for values, row in zip(sweep.combinations.values(), rows, strict=True):
        cells = [*map(written, values), *(_number(row["figures"].get(name)) for name in shown)]
        print("".join(f"{cell:>14}" for cell in cells), f" {row['state']:11} {row['run'] or ''}")


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
