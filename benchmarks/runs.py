"""How quick the page of all runs is with hundreds of them.

    python -m benchmarks.runs [--runs 500]

Makes so many folders by copying a small run that was trained for it, then opens the page through
Streamlit's own test harness: a first time, when every folder is read, and again, when none has
changed. The tray of every other page looks at the state of all runs: that is measured by itself.
"""

import argparse
import json
import logging
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from aecore.runs.store import RunStore

ROOT = Path(__file__).parents[1]
AGAIN = 5


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 3)


def make_runs(store: RunStore, count: int) -> None:
    """Trains one small run, in a process of its own as a worker would, and copies it."""
    small = ["--dataset", "digits", "--latent-size", "8", "--epochs", "12"]
    command = [sys.executable, "-m", "aecore", "train", "linear", *small]
    subprocess.run(
        [*command, "--runs", str(store.directory), "--json"],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (first,) = store.runs()
    for number in range(1, count):
        shutil.copytree(first.path, store.directory / f"linear-20260101-{number:06d}-0000")


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=500)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AUTOENCODER_STUDIO_RUNS"] = folder
        from streamlit.testing.v1 import AppTest

        from aecore.compute.workers import Workers
        from aecore.dashboard.services import runs_that_are, store

        Workers.client = _no_workers
        make_runs(store(), options.runs)
        page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
        page.run()
        page.switch_page("pages/runs.py")
        results = {"runs": len(store().runs())}
        results["first visit (s)"] = seconds(page.run)
        assert not page.exception and len(page.dataframe[0].value) == options.runs
        results["further visits (s, median)"] = statistics.median(
            seconds(page.run) for _ in range(AGAIN)
        )
        results["the tray's look at them (s, median)"] = statistics.median(
            seconds(lambda: runs_that_are("training")) for _ in range(AGAIN)
        )
    json.dump(results, sys.stdout, indent=1)
    print()


def _no_workers(self, patience: float = 0.0):
    from aecore.compute.workers import WorkersUnavailable

    raise WorkersUnavailable("None are needed here.")


if __name__ == "__main__":
    main()
