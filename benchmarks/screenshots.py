"""Screenshots of the dashboard: README's, or all pages and tabs to look at.

    python -m benchmarks.screenshots [--out .github]
    python -m benchmarks.screenshots --all DIR [--widths 1280 1600] [--schemes light dark]
                                     [--pages data linear]

Starts a dashboard of its own with a few small runs, a sweep and a data set, and photographs each
page from top to bottom in a real Chromium. Take README's on a machine without emoji fonts: there,
an emoji that has slipped into a page shows as an empty box.
"""

import argparse
import io
import os
import re
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from photos import photo
from PIL import Image
from playwright.sync_api import expect, sync_playwright
from seeing import PATIENCE, key, settle, tab
from server import CHROMIUM_OPTIONS, Server, find_chromium, serving

from aecore.models import AUTOENCODERS

ROOT = Path(__file__).parents[1]
HEIGHT = 900  # pixels; of what is higher, all is shown
WIDTH, MOST_OF_README = 1280, 1100  # of README's, which show the top of a page
LARGEST = 200_000  # bytes of one of README's
MOST_COLOURS = 256
MOST_HEIGHT = 8000
WHOLE_HEIGHT = """
Math.max(...['stMain', 'stSidebarContent'].map(
  name => document.querySelector(`[data-testid=${name}]`)?.scrollHeight ?? 0))
"""
DRAWN_MS = 700  # Plotly draws a chart again a moment after its place has another size
WORKSPACE = ("data", "runs", "sweeps")
NAMES = ("home", *WORKSPACE, *AUTOENCODERS)


def main() -> int:
    """Prints what it writes; its status is 1 if a file of README's is too large."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / ".github", help="where README's go")
    parser.add_argument("--all", type=Path, metavar="DIR", help="all pages and tabs, into DIR")
    parser.add_argument("--widths", type=int, nargs="+", default=[1280, 1600], help="with --all")
    parser.add_argument("--schemes", nargs="+", choices=("light", "dark"), default=["light"])
    parser.add_argument("--pages", nargs="+", choices=NAMES, default=NAMES, help="with --all")
    options = parser.parse_args()
    folder = options.all or options.out
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        os.environ["AUTOENCODER_STUDIO_DATA"] = str(Path(place, "datasets"))
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        with serving(Path(place)) as server:
            if options.all is None:
                return photograph_for_readme(browser, server, folder)
            for width in options.widths:  # before there is anything
                empty = [name for name in WORKSPACE if name in options.pages]
                photograph_all(browser, server, folder, width, options.schemes, empty, "-empty")
            fill(server)
            for width in options.widths:
                photograph_all(browser, server, folder, width, options.schemes, options.pages)
    return 0


def fill(server: Server) -> None:
    """Trains a sweep and a few runs, and makes a data set."""
    from aecore.compute.training import train
    from aecore.data.images.making import Plan, make_set
    from aecore.data.images.preparation import usual
    from aecore.runs.label import Label, write_label
    from aecore.runs.store import RunStore
    from aecore.runs.sweeps import keep_sweep
    from aecore.training.experiment import Experiment
    from aecore.training.sweep import Sweep

    store, settings = RunStore(server.runs), {"dataset": "digits", "epochs": 8, "batch_size": 32}
    base = Experiment.of("undercomplete", **settings)
    axes = {"latent_size": (4, 8, 16), "learning_rate": (1e-3, 1e-2)}
    sweep = Sweep("Latent size and learning rate", base, axes)
    keep_sweep(sweep, store)
    for experiment in (*sweep.series.points.values(), Experiment.of("sparse", **settings)):
        run = store.create(experiment)
        train(run)
    write_label(run.path, Label.of("Sparse on small digits", "KL penalty", "lecture, digits"))
    store.create(Experiment.of("deep", **settings))  # waits
    photos = io.BytesIO()
    with zipfile.ZipFile(photos, "w") as archive:
        for number in range(60):
            content = io.BytesIO()
            photo(number).save(content, "PNG")
            archive.writestr(f"{('bolts', 'nuts')[number % 2]}/{number}.png", content.getvalue())
    make_set([("parts.zip", photos.getvalue())], Plan("Parts", 32, 3, False, usual(False)))


def photograph_all(browser, server, folder, width, schemes, names, suffix="") -> None:
    """Each page and tab at one width, in each colour scheme."""
    page = opened(browser, width)
    for name in names:
        go_to(page, server, name)
        titles = page.get_by_role("tab").all_inner_texts() or [""]
        for title in titles:
            if title:
                tab(page, title)
                settle(page)
            stem = "-".join(filter(None, (name, re.sub(r"\W+", "_", title.lower()))))
            for scheme in schemes:
                page.emulate_media(color_scheme=scheme)
                photograph(page, folder / f"{stem}{suffix}-{width}-{scheme}.png")
    page.context.close()


def photograph_for_readme(browser, server, folder) -> int:
    """Home, one type, a training under way, and export."""
    page = opened(browser, WIDTH)
    paths = [folder / f"{name}.png" for name in ("home", "type", "training", "export")]
    home, type_page, training, export = paths
    go_to(page, server, "home")
    photograph(page, home, MOST_OF_README)
    go_to(page, server, "variational", "Latent space")
    photograph(page, type_page, MOST_OF_README)
    go_to(page, server, "undercomplete", "Export")
    photograph(page, export, MOST_OF_README)
    page.goto(f"{server.url}/undercomplete?view=Train&epochs=60")
    settle(page)
    key(page, "undercomplete.train").get_by_role("button").click()
    page.get_by_text(re.compile("epoch (2|3). of 60")).first.wait_for()
    photograph(page, training, MOST_OF_README)
    page.context.close()
    for path in paths:
        with Image.open(path) as image:
            image.convert("RGB").quantize(MOST_COLOURS).save(path, optimize=True)
        print(path, path.stat().st_size)
    return int(any(path.stat().st_size > LARGEST for path in paths))


def opened(browser, width: int):
    """A page of a width that waits patiently."""
    page = browser.new_context(viewport={"width": width, "height": HEIGHT}).new_page()
    page.set_default_timeout(PATIENCE)
    return page


def go_to(page, server: Server, name: str, title: str = "") -> None:
    """Opens a page, and one of its tabs if it is named."""
    page.goto(f"{server.url}/{'' if name == 'home' else name}")
    page.get_by_role("heading", level=1).wait_for()
    settle(page)
    if title:
        tab(page, title)
        settle(page)


def photograph(page, path: Path, most: int = MOST_HEIGHT) -> None:
    """Photographs a page from its top to its bottom, or to so many pixels."""
    width, height, seen = page.viewport_size["width"], HEIGHT, 0
    page.mouse.move(0, 0)  # no help text is open
    while height != seen:  # a taller window may show what makes the page taller
        page.set_viewport_size({"width": width, "height": height})  # the page scrolls inside
        expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=PATIENCE)
        page.wait_for_function("Array.from(document.images).every(image => image.complete)")
        page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
        page.wait_for_timeout(DRAWN_MS)
        seen, height = height, min(max(height, page.evaluate(WHOLE_HEIGHT)), most)
    page.screenshot(path=path)
    page.set_viewport_size({"width": width, "height": HEIGHT})
    print(path, flush=True)


if __name__ == "__main__":
    sys.exit(main())
