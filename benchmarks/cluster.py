"""A sweep of eight trainings on one worker of one core, and on two: how much faster two are.

    python -m benchmarks.cluster [--repeat 3]

Scheduler and workers are started by the commands that README gives, each worker bound to a core
of its own. The sweep is started on the command line, and a real Chromium looks at the dashboard's
page of sweeps meanwhile: what it was seen to say is told. Seconds are from the first run that is
queued to the last one that has its report; workers are warm.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from cluster import ROOT, Cluster
from playwright.sync_api import sync_playwright
from server import CHROMIUM_OPTIONS, find_chromium, serving

from aecore.environment import SCHEDULER
from aecore.runs.store import RunStore
from aecore.runs.sweeps import kept_sweeps

SIZES = "4,8,12,16,24,32,48,64"
EPOCHS = "10"
ONE_CORE = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}


def sweep(runs: Path, sizes: str, address: str) -> subprocess.Popen:
    """Starts one on the command line."""
    words = ["sweep", "undercomplete", "--vary", f"latent_size={sizes}", "--epochs", EPOCHS]
    return subprocess.Popen(
        [sys.executable, "-m", "aecore", *words, "--json", "--runs", str(runs)],
        cwd=ROOT,
        env={**os.environ, SCHEDULER: address},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def seconds_of(runs: Path) -> float:
    """From the first wish to the last report."""
    stands = [run.status() for run in RunStore(runs).runs()]
    if any(status.state != "finished" for status in stands):
        raise RuntimeError(f"Not all have finished: {stands}")
    return max(each.heartbeat for each in stands) - min(each.queued for each in stands)


def measure(folder: Path, cluster: Cluster, page) -> tuple[float, list[str]]:
    """Seconds of one sweep, and what the dashboard said of it meanwhile."""
    with serving(folder, AUTOENCODER_STUDIO_SCHEDULER=cluster.address) as server:
        page.goto(f"{server.url}/sweeps")
        page.get_by_text("New sweep").wait_for()
        process, said = sweep(server.runs, SIZES, cluster.address), []
        while not kept_sweeps(RunStore(server.runs)):
            time.sleep(0.1)
        page.goto(f"{server.url}/sweeps")
        while process.poll() is None:
            words = page.locator("[data-testid=stMain]").inner_text()
            said += [text for text in re.findall(r"\d of 8", words) if text not in said]
            page.wait_for_timeout(1000)
        return seconds_of(server.runs), said


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    times, said = {1: [], 2: []}, []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for number in range(options.repeat):
            for count in (1, 2):
                folder = Path(name) / f"{number}-{count}"
                folder.mkdir()
                cluster = Cluster(folder, **ONE_CORE)
                try:
                    cluster.scheduler()
                    for core in range(count):
                        cluster.worker("jobs=1", core)
                    sweep(folder / "warm", "2,3", cluster.address).wait()
                    taken, words = measure(folder / "sweep", cluster, page)
                finally:
                    cluster.close()
                times[count].append(taken)
                said = max(said, words, key=len)
        browser.close()
    medians = {count: statistics.median(taken) for count, taken in times.items()}
    results = {
        "one worker s": [round(taken, 1) for taken in times[1]],
        "two workers s": [round(taken, 1) for taken in times[2]],
        "as fast": round(medians[1] / medians[2], 2),
        "the dashboard said": said,
    }
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
