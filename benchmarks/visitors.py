"""Twenty visitors at once, each a session of its own, who move through pages while a model trains.

    python -m benchmarks.visitors [--visitors 20] [--pages 10]

A visitor is what a browser is to the server: a web socket that asks for a page and takes in all
it is sent until the page's script has finished, looks at it for two to four seconds, and goes on.
The server's memory is measured before they come and after the last one has left.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from playwright.sync_api import sync_playwright
from server import CHROMIUM_OPTIONS, find_chromium, serving

from aecore.models import AUTOENCODERS
from aecore.runs.requests import STOP, request
from aecore.runs.store import RunStore

PAGES = ("", "data", "runs", "sweeps", *AUTOENCODERS)
PAUSE_SECONDS = (2.0, 4.0)
LIMIT_SECONDS = 60.0


class Visitor:
    """A session of the dashboard."""

    def __init__(self, socket):
        self.socket = socket
        self.errors: list[str] = []

    async def open(self, page: str, query: str = "") -> float:
        """Seconds from asking for a page to its last element."""
        ask = BackMsg()
        ask.rerun_script.page_name = page
        ask.rerun_script.query_string = query
        began = time.perf_counter()
        await self.socket.send(ask.SerializeToString())
        begun = False
        async with asyncio.timeout(LIMIT_SECONDS):
            while True:
                message = ForwardMsg.FromString(await self.socket.recv())
                kind = message.WhichOneof("type")
                begun = begun or kind == "new_session"
                if kind == "delta" and message.delta.new_element.HasField("exception"):
                    self.errors.append(message.delta.new_element.exception.message)
                # fragments of the page before may still be finishing
                if begun and kind == "script_finished" and message.script_finished == 0:
                    return time.perf_counter() - began

    async def look(self, seconds: float) -> None:
        """Takes in what a page sends of itself."""
        over = time.monotonic() + seconds
        while (left := over - time.monotonic()) > 0:
            try:
                await asyncio.wait_for(self.socket.recv(), left)
            except TimeoutError:
                return


async def visit(url: str, number: int, pages: int, times: dict[str, list[float]]) -> list[str]:
    """One visitor's walk; the errors that were shown."""
    chance = random.Random(number)
    address = url.replace("http", "ws") + "/_stcore/stream"
    async with websockets.connect(address, subprotocols=["streamlit"], max_size=None) as socket:
        visitor = Visitor(socket)
        await visitor.look(chance.uniform(0, 3))
        for _ in range(pages):
            page = chance.choice(PAGES)
            times.setdefault(page or "home", []).append(await visitor.open(page))
            await visitor.look(chance.uniform(*PAUSE_SECONDS))
        return visitor.errors


async def all_visits(url: str, visitors: int, pages: int) -> tuple[dict, list[str]]:
    """Seconds of each page, and all errors."""
    times: dict[str, list[float]] = {}
    walks = [visit(url, number, pages, times) for number in range(visitors)]
    return times, [error for errors in await asyncio.gather(*walks) for error in errors]


def start_training(url: str) -> None:
    """Presses the button of a long training, in a real Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        page = browser.new_page()
        page.goto(f"{url}/undercomplete?view=Train&epochs=900")
        page.locator(".st-key-undercomplete-train button").click()
        page.get_by_text("epoch 1 of 900").first.wait_for(timeout=120_000)
        browser.close()


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--pages", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        asyncio.run(all_visits(server.url, 1, 12))  # what is read once is read
        start_training(server.url)
        (run,) = RunStore(server.runs).runs()
        process = psutil.Process(server.process.pid)
        before = process.memory_info().rss
        times, errors = asyncio.run(all_visits(server.url, options.visitors, options.pages))
        grown = process.memory_info().rss - before
        trains = run.status().state == "training"
        request(run, STOP)
    every = [seconds for taken in times.values() for seconds in taken]
    results = {
        "pages opened": len(every),
        "median s": round(statistics.median(every), 2),
        "p95 s": round(statistics.quantiles(every, n=20)[-1], 2),
        "median s a page": {
            page: round(statistics.median(taken), 2) for page, taken in sorted(times.items())
        },
        "errors": errors,
        "server MB more a visitor": round(grown / 1e6 / options.visitors, 1),
        "still training": trains,
    }
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
