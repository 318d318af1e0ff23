"""Twenty visitors at once, each a session of its own, who move through pages while a model trains.

    python -m benchmarks.visitors [--visitors 20] [--pages 10] [--hostile]

With `--hostile` no model trains: somebody uploads the worst files there are (`tests/worst.py`)
instead.

A visitor is what a browser is to the server: a web socket that asks for a page and takes in all
it is sent until the page's script has finished, looks at it for two to four seconds, and goes on.
The server's memory is measured before they come and after the last one has left.
"""

import argparse
import asyncio
import contextlib
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from playwright.sync_api import Browser, sync_playwright
from server import CHROMIUM_OPTIONS, Server, find_chromium, serving

from aecore.models import AUTOENCODERS
from aecore.runs.store import RunStore

PAGES = ("", "data", "runs", "sweeps", *AUTOENCODERS)
PAUSE_SECONDS = (2.0, 4.0)
LIMIT_SECONDS = 600.0  # a first page waits for workers, which start slowly on a busy machine


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
        begun = titled = False
        async with asyncio.timeout(LIMIT_SECONDS):
            while True:
                message = ForwardMsg.FromString(await self.socket.recv())
                kind = message.WhichOneof("type")
                begun = begun or kind == "new_session"
                if kind == "delta":
                    element = message.delta.new_element
                    titled = titled or (begun and element.heading.tag == "h1")
                    if element.HasField("exception"):
                        self.errors.append(element.exception.message)
                # fragments of the page before may still be finishing
                if begun and kind == "script_finished" and message.script_finished == 0:
                    if not titled:
                        self.errors.append(f"{page or 'home'} came without its title")
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
    async with websockets.connect(
        address,
        subprotocols=["streamlit"],
        max_size=None,
        open_timeout=LIMIT_SECONDS,
        ping_timeout=LIMIT_SECONDS,
    ) as socket:
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


def apart(walk: Coroutine) -> Any:
    """What a coroutine gives, run in a thread of its own: Playwright has a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, walk).result()


@contextlib.contextmanager
def training(browser: Browser, server: Server) -> Iterator[None]:
    """A long training, started by its button, that must last."""
    page = browser.new_page()
    page.goto(f"{server.url}/undercomplete?view=Train&epochs=900")
    page.locator(".st-key-undercomplete-train button").click()
    page.get_by_text("epoch 1 of 900").first.wait_for(timeout=120_000)
    page.close()
    (run,) = RunStore(server.runs).runs()
    yield
    assert run.status().state == "training", run.status()


@contextlib.contextmanager
def attacked(browser: Browser, server: Server) -> Iterator[None]:
    """Somebody who uploads the worst there is."""
    from attacking import attack  # imports Keras, for the model it uploads

    with tempfile.TemporaryDirectory() as folder:
        pages = attack(browser, server.url, Path(folder))
    yield
    for page in pages.values():
        page.context.close()


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--pages", type=int, default=10)
    parser.add_argument("--hostile", action="store_true")
    options = parser.parse_args()
    beside = attacked if options.hostile else training
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        apart(all_visits(server.url, 1, 12))  # what is read once is read
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        with beside(browser, server):
            process = psutil.Process(server.process.pid)
            before = process.memory_info().rss
            times, errors = apart(all_visits(server.url, options.visitors, options.pages))
            grown = process.memory_info().rss - before
        browser.close()
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
    }
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
