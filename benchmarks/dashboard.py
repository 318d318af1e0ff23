"""How quick the dashboard is in a real Chromium, at rest and while a model trains.

    python -m benchmarks.dashboard [--presses 40]

First picture: from `streamlit run` to a page with its pictures, and from a click to a further
page. Slider: from the key press that moves it to the new picture in the page. Stroke: from the
moment the pointer leaves the drawing pad to the new picture in the page.
"""

import argparse
import json
import math
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from playwright.sync_api import sync_playwright
from server import CHROMIUM_OPTIONS, find_chromium, serving

from aecore.runs.store import RunStore

PICTURE = ".ae-grid img"
# resolves with the milliseconds from a key press to another source of the last picture
PRESS = """
slider => new Promise(resolve => {
  const last = () => Array.from(document.querySelectorAll('.ae-grid img')).at(-1)?.src;
  const before = last(), began = performance.now();
  const look = () => {
    const now = last();
    if (now && now !== before) resolve(performance.now() - began);
    else requestAnimationFrame(look);
  };
  slider.focus();
  for (const type of ['keydown', 'keyup'])
    slider.dispatchEvent(new KeyboardEvent(type, {key: 'ArrowRight', bubbles: true}));
  look();
})
"""

ONE, NINE = ".ae-strip img[alt='Reconstructed']", ".ae-tile img"  # the last of them
# notes the milliseconds from each end of a stroke to another source of the rebuilt picture
STROKES = """
selector => {
  const source = () => Array.from(document.querySelectorAll(selector)).at(-1)?.src;
  window.strokes = [];
  addEventListener('pointerup', () => {
    const before = source(), began = performance.now();
    const look = () => {
      const now = source();
      if (now && now !== before) window.strokes.push(performance.now() - began);
      else requestAnimationFrame(look);
    };
    look();
  }, true);
}
"""


def stroke_times(page, strokes: int, pictures: str) -> list[float]:
    """Milliseconds from the end of a stroke on the drawing pad to the last of the pictures."""
    pad = page.get_by_role("img", name="Drawing pad")
    pad.wait_for()
    page.wait_for_timeout(2000)
    box = pad.bounding_box()
    page.evaluate(STROKES, pictures)
    for i in range(strokes + 1):  # along a spiral, so that each changes the picture
        for place, act in ((i, page.mouse.down), (i + 1.5, page.mouse.up)):
            reach = box["width"] * (0.1 + 0.3 * place / (strokes + 2))
            x = box["x"] + box["width"] / 2 + reach * math.cos(place)
            y = box["y"] + box["height"] / 2 + reach * math.sin(place)
            page.mouse.move(x, y, steps=5)
            act()
        page.wait_for_function("count => window.strokes.length === count", arg=i + 1)
        page.wait_for_timeout(400)
    page.get_by_role("button", name="Clear").click()
    page.wait_for_timeout(1000)
    return page.evaluate("window.strokes.slice(1)")  # the first one shows more than a picture


def slider_times(page, name: str, presses: int) -> list[float]:
    """Milliseconds from a press of an arrow key on a slider to the new picture."""
    slider = page.get_by_role("slider", name=name)
    slider.wait_for()
    page.locator(PICTURE).last.wait_for()
    slider.press("Home")
    page.wait_for_timeout(2000)
    slider.evaluate(PRESS)  # the first call may wait for the worker to wake up, and loads the model
    page.wait_for_timeout(2000)
    times = []
    for _ in range(presses - 1):  # the slider has so many steps and no more
        times.append(slider.evaluate(PRESS))
        page.wait_for_timeout(150)
    return times


def summary(times: list[float]) -> dict[str, float]:
    """Median and 95th percentile in milliseconds."""
    return {
        "median ms": round(statistics.median(times)),
        "p95 ms": round(statistics.quantiles(times, n=20)[-1]),
    }


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presses", type=int, default=40)
    options = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(180_000)  # on a busy machine the workers take long to wake up
        page.goto("about:blank")
        began = time.perf_counter()
        with serving(Path(folder)) as server:
            page.goto(f"{server.url}/variational")
            page.locator(PICTURE).nth(20).wait_for()
            results["first picture s"] = round(time.perf_counter() - began, 2)
            page.wait_for_timeout(15_000)  # the workers wake up
            began = time.perf_counter()
            page.get_by_role("link", name="Sparse").click()
            page.get_by_role("heading", name="Sparse").wait_for()
            page.locator(PICTURE).nth(20).wait_for()
            results["further page s"] = round(time.perf_counter() - began, 2)

            for state in ("at rest", "while training"):
                if state == "while training":
                    train_deep(page, server)
                page.goto(f"{server.url}/variational?view=Latent+space")
                page.wait_for_timeout(3000)
                results[f"code slider, {state}"] = summary(
                    slider_times(page, "z1", options.presses)
                )
                page.goto(f"{server.url}/undercomplete")
                page.wait_for_timeout(3000)
                results[f"corruption slider, {state}"] = summary(
                    slider_times(page, "Strength (standard deviation)", options.presses // 2)
                )
                page.goto(f"{server.url}/undercomplete?view=Your+data")
                results[f"a stroke of the drawing pad to the rebuilt digit, {state}"] = summary(
                    stroke_times(page, options.presses // 2, ONE)
                )
                page.goto(server.url)
                results[f"a stroke on home to nine rebuilt digits, {state}"] = summary(
                    stroke_times(page, options.presses // 2, NINE)
                )
            run = RunStore(server.runs).runs("deep")[0]
            results["still training"] = run.status().state == "training"
        browser.close()
    print(json.dumps(results, indent=1))


def train_deep(page, server) -> None:
    """Starts the heaviest of the dense trainings and waits until it is under way."""
    page.goto(f"{server.url}/deep?view=Train")
    field = page.get_by_role("spinbutton", name="Epochs", exact=True)
    field.fill("200")
    field.press("Tab")
    page.wait_for_timeout(2000)
    page.locator(".st-key-deep-train button").click()
    page.get_by_text("epoch 1 of 200").first.wait_for(timeout=120_000)


if __name__ == "__main__":
    main()
