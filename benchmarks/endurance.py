"""Thirty trainings in a row: whether the server's memory grows, and whether a process stays behind.

    python -m benchmarks.endurance [--trainings 30]

They are started by the button of the page, in a real Chromium.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from playwright.sync_api import sync_playwright
from server import CHROMIUM_OPTIONS, find_chromium, serving

from aecore.runs.store import RunStore

WARM = 3  # trainings before the memory is measured first


def train_once(page, server, count: int) -> None:
    """Presses the button and waits for the end."""
    page.goto(f"{server.url}/linear?view=Train&dataset=digits&epochs=2")
    page.locator(".st-key-linear-train button").click()
    store, began = RunStore(server.runs), time.monotonic()
    while len(runs := store.runs()) < count or runs[0].status().active:
        if time.monotonic() - began > 120:
            raise TimeoutError(f"Training {count} did not end: {[r.status() for r in runs[:1]]}")
        time.sleep(0.2)
    if len(runs) != count or runs[0].status().state != "finished":
        raise RuntimeError(f"{len(runs)} runs; the last one: {runs[0].status()}")
    page.get_by_role("button", name="Show this model").first.wait_for()


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trainings", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        page = browser.new_page()
        with serving(Path(folder)) as server:
            process = psutil.Process(server.process.pid)
            for count in range(1, WARM + 1):
                train_once(page, server, count)
            time.sleep(5)
            before, children = process.memory_info().rss, process.children(recursive=True)
            memory, workers = [], []
            for count in range(WARM + 1, WARM + options.trainings + 1):
                train_once(page, server, count)
                memory.append(process.memory_info().rss)
                workers.append(max(child.memory_info().rss for child in process.children(True)))
            time.sleep(5)
            after, now = process.memory_info().rss, process.children(recursive=True)
            started = [*children, *now]
        time.sleep(2)
        browser.close()
        results = {
            "trainings": options.trainings,
            "server MB before": round(before / 1e6, 1),
            "server MB after": round(after / 1e6, 1),
            "server MB more": round((after - before) / 1e6, 1),
            "largest worker MB, most and last": [
                round(w / 1e6) for w in (max(workers), workers[-1])
            ],
            "processes before and after": [len(children), len(now)],
            "processes left behind": sum(each.is_running() for each in started),
        }
        print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
