"""A dashboard of our own on loopback, a page that looks at it, and what both wrote."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seeing import PATIENCE
from waiting import wait_until

ROOT = Path(__file__).parents[2]
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--enable-unsafe-swiftshader",  # WebGL where there is no graphics card
    "--use-fake-device-for-media-stream",  # a camera that films a test pattern
    "--use-fake-ui-for-media-stream",  # and may be used without asking
]


@dataclass
class Server:
    """A running dashboard."""

    url: str
    process: subprocess.Popen
    log: Path
    runs: Path

    def mapped_files(self) -> str:
        """The files the process has in memory; on Linux only."""
        return Path(f"/proc/{self.process.pid}/maps").read_text()


def find_chromium() -> str | None:
    """Where a Chromium or Chrome lies, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def answers(url: str) -> bool:
    """Whether a dashboard is there."""
    with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/_stcore/health"):
        return True
    return False


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def serving(
    folder: Path, port: int | None = None, options: tuple[str, ...] = (), **environment: str
) -> Iterator[Server]:
    """Runs the dashboard as a user would, with its runs and its log beneath `folder`."""
    port = port or free_port()
    folder.mkdir(parents=True, exist_ok=True)
    log, url = folder / "server.log", f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--server.port", str(port), *options],
            cwd=ROOT,
            env={
                **os.environ,
                "AUTOENCODER_STUDIO_RUNS": str(folder / "runs"),
                "AUTOENCODER_STUDIO_DATA": str(folder / "datasets"),
                **environment,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: process.poll() is not None or answers(url), log.read_text)
        assert process.poll() is None, log.read_text()
        yield Server(url, process, log, folder / "runs")
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# what Dask says, and gets over, if it begins to time Python's garbage collector while that runs
COLLECTING = re.compile(
    r"^Exception ignored in: <bound method GCDiagnosis\._gc_callback .*\n"
    r"(?:Traceback .*\n(?: .*\n)+)?AssertionError:.*\n?",
    re.MULTILINE,
)


def check_log(log: Path, but: str = "\0") -> None:
    """Nothing in the server's log may worry its owner, but for lines that hold some words."""
    said = COLLECTING.sub("", log.read_text())
    text = "\n".join(line for line in said.splitlines() if but not in line)
    for word in ("Traceback", "ERROR", "WARNING", "Exception"):
        assert word not in text, text


def open_page(
    browser,
    url: str,
    scheme: str = "light",
    size=(1280, 900),
    touch: bool = False,
    still: bool = True,
):
    """A page that remembers what its console said.

    Args:
        still: Nothing moves while the page waits: drawing that without a graphics card would take
            the processor from the server that it waits for.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        accept_downloads=True,
        has_touch=touch,
        reduced_motion="reduce" if still else "no-preference",
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.worries = []
    page.on("console", lambda message: _note(page, message))
    page.on("pageerror", lambda error: page.worries.append(str(error)))
    page.goto(url)
    return page


def _note(page, message) -> None:
    # on a deep link Streamlit's own client first asks for these beneath the page's address
    address = message.location.get("url", "")
    if message.type == "error" and "/_stcore/" not in address:
        page.worries.append(f"{message.text} ({address})")
