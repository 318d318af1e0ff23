"""How soon a training does what is asked of it: from the wish to its effect in the run folder.

    python -m benchmarks.control [--repeat 5]

Pause: until a checkpoint is written and the slot is free. Resume: until a worker has taken it up.
Learning rate: until a step was taken with it. Stop: until the last step was taken (the model is
then measured). Cancel: until the slot is free for the next one. The wishes come at any moment of
an epoch, its held-out images included.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable

from aecore.compute.jobs import Jobs
from aecore.compute.workers import Workers
from aecore.runs import control
from aecore.runs.run import Run
from aecore.runs.store import RunStore
from aecore.training.experiment import Experiment

SUBJECTS = {
    "784-32-784": Experiment.of("undercomplete", epochs=900),
    "U-Net": Experiment.of("denoising", {"network": "u-net"}, epochs=900, samples=2560),
}


def seconds_until(reached: Callable[[], bool]) -> float:
    """How long it takes until something is so."""
    began = time.perf_counter()
    while not reached():
        if time.perf_counter() - began > 120:
            raise TimeoutError("It never came.")
        time.sleep(0.01)
    return time.perf_counter() - began


def is_in(run: Run, *states: str) -> Callable[[], bool]:
    """Whether a run is in one of some states."""
    return lambda: run.status().state in states


def under_way(run: Run, chance: random.Random) -> None:
    """Waits for an arbitrary moment of a training that has begun."""
    epoch = run.status().epoch
    seconds_until(lambda: run.status().epoch > epoch)
    time.sleep(chance.uniform(0, 5))


def measure(jobs: Jobs, store: RunStore, experiment: Experiment, repeat: int) -> dict:
    """Seconds by wish: median and longest."""
    chance, times = random.Random(0), {}
    for _ in range(repeat):
        run = store.create(experiment)
        jobs.submit(run)
        under_way(run, chance)
        control.ask_pause(run)
        times.setdefault("pause", []).append(seconds_until(is_in(run, "paused")))
        jobs.submit(run)
        times.setdefault("resume", []).append(seconds_until(is_in(run, "training")))
        under_way(run, chance)
        control.ask_rate(run, 1e-4)
        times.setdefault("learning rate", []).append(
            seconds_until(lambda run=run: bool(run.changes()))
        )
        under_way(run, chance)
        control.ask_stop(run)
        times.setdefault("stop", []).append(seconds_until(is_in(run, "measuring", "stopped")))
        seconds_until(is_in(run, "stopped"))
        other, following = store.create(experiment), store.create(experiment)
        jobs.submit(other)
        under_way(other, chance)
        jobs.submit(following)
        store.cancel(other)
        times.setdefault("cancel", []).append(seconds_until(is_in(following, "training")))
        store.cancel(following)
    return {
        wish: {"median s": round(statistics.median(taken), 2), "longest s": round(max(taken), 2)}
        for wish, taken in times.items()
    }


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    workers = Workers()
    with tempfile.TemporaryDirectory() as folder:
        jobs, store = Jobs(workers), RunStore(folder)
        results = {
            name: measure(jobs, store, experiment, options.repeat)
            for name, experiment in SUBJECTS.items()
        }
        workers.close()
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
