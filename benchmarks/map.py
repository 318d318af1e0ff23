"""How the map of codes fares with all 70,000 digits of MNIST, in a headless Chromium.

    python -m benchmarks.map [--run undercomplete] [--part All] [--visitors 3]

The browser draws without a graphics card, 1400 × 900. On a warm server, with the codes computed:
from the click on the tab, or on the number of samples, to the dots; from the zoom to pictures;
frames a second while the map is panned and zoomed; what came over the wire; what the map adds to
the browser's memory, with its textures, and to the server's, for one visitor and for more; a lasso
around 10,000 dots, in the browser alone.
"""

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

import psutil
from playwright.sync_api import Browser, Page, sync_playwright
from server import CHROMIUM_OPTIONS, Server, find_chromium, serving

SIZE = {"width": 1400, "height": 900}
PATIENCE = 900_000  # ms
# frames a second while each frame asks for another view
FRAMES = """
(codes, zooms) => new Promise(resolve => {
  const { map } = codes, began = performance.now(), first = map.frames, zoom = map.zoom;
  const step = () => {
    const passed = performance.now() - began;
    if (passed > 4000) return resolve((map.frames - first) / passed * 1000);
    if (zooms) map.zoom = zoom * 8 ** (0.5 - 0.5 * Math.cos(passed / 600));
    else map.middle = [map.middle[0] + Math.sin(passed / 300) * 0.01, map.middle[1]];
    map.draw();
    requestAnimationFrame(step);
  };
  step();
})
"""
# whether every sheet with pictures of these samples, not of those before, is there
THERE = """
codes => {
  const { drawn, loaded, count } = codes.map;
  return drawn?.sheets === loaded && loaded * drawn.cells[0] * drawn.cells[1] >= count;
}
"""
TEXTURE = """
codes => {
  const { cells, size, channels, sheets } = codes.map.drawn;
  return cells[0] * size[0] * cells[1] * size[1] * sheets * (channels === 1 ? 1 : 4);
}
"""
# a circle around about so many dots, in the window's pixels
CIRCLE = """
(codes, most) => {
  const { map } = codes, { clientWidth: width, clientHeight: height } = map.canvas;
  const [low, high] = map.extent;
  const [across, up] = [(width - 40) / (high[0] - low[0]), (height - 40) / (high[1] - low[1])];
  const unit = Math.min(across, up) * map.zoom;
  const away = Array.from({ length: map.count }, (_, i) =>
    Math.hypot(map.at[2 * i] - map.middle[0], map.at[2 * i + 1] - map.middle[1]) * unit);
  const reach = [...away].sort((a, b) => a - b)[Math.min(most, map.count - 1)];
  const { left, top } = map.canvas.getBoundingClientRect();
  map.over.addEventListener("pointerup", () => { map.began = performance.now(); }, true);
  const pick = map.pick;
  map.pick = (ids) => { map.took = performance.now() - map.began; pick(ids); };
  return [left + width / 2, top + height / 2, Math.min(reach, height / 2 - 4)];
}
"""


def open_map(browser: Browser, url: str, run: str) -> Page:
    """A page of a model, its other panels at rest."""
    page = browser.new_context(viewport=SIZE).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{url}/{run}")
    page.get_by_role("tab", name="Latent space").wait_for()
    page.wait_for_load_state("networkidle")
    return page


def choose(page: Page, part: str) -> None:
    """Chooses the samples and the plane map, and has the codes computed if they are not."""
    page.get_by_role("radio", name="PCA 2-D").or_(page.get_by_role("radio", name="Plane")).click()
    page.get_by_role("radio", name=part).click()
    button = page.get_by_role("button", name="Compute the codes")
    codes = page.locator(".codes")
    while int(codes.get_attribute("data-count") or 0) <= 1000:
        if button.count():
            button.click()
        page.wait_for_timeout(300)


def lasso(page: Page, most: int) -> tuple[int, float]:
    """How many dots were drawn around, and the milliseconds until they are sent."""
    codes = page.locator(".codes")
    codes.get_by_text("Lasso").click()
    x, y, reach = codes.evaluate(CIRCLE, most)
    page.mouse.move(x + reach, y)
    page.mouse.down()
    for turn in range(1, 100):
        angle = 2 * math.pi * turn / 100
        page.mouse.move(x + reach * math.cos(angle), y + reach * math.sin(angle))
    page.mouse.up()
    while not codes.evaluate("e => e.map.took"):
        page.wait_for_timeout(20)
    return codes.evaluate("e => [e.map.selected.size, e.map.took]")


def measure(
    browser: Browser, server: Server, run: str, part: str, visitors: int
) -> Iterator[tuple[str, float]]:
    """The figures by name, as they are measured."""
    process = psutil.Process(server.process.pid)
    page = open_map(browser, server.url, run)
    page.get_by_role("tab", name="Latent space").click()
    page.locator(".codes[data-shows]").wait_for()
    began = time.perf_counter()
    choose(page, part)
    yield "codes computed s", time.perf_counter() - began
    page.close()

    page = open_map(browser, server.url, run)
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    received = []
    tools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    server_before, browser_before = process.memory_info().rss, _memory(tools)
    began = time.perf_counter()
    page.get_by_role("tab", name="Latent space").click()
    page.locator(".codes[data-shows]").wait_for()
    yield "tab to 1,000 dots s", time.perf_counter() - began
    began = time.perf_counter()
    choose(page, part)
    yield "choice to all dots s", time.perf_counter() - began
    codes = page.locator(".codes")
    while not codes.evaluate(THERE):
        page.wait_for_timeout(20)
    yield "choice to all pictures s", time.perf_counter() - began
    yield "wire MB", sum(received) / 1e6
    page.get_by_role("tab", name="Guide").click()
    codes.wait_for(state="detached")
    began = time.perf_counter()
    page.get_by_role("tab", name="Latent space").click()
    while int(codes.get_attribute("data-count") or 0) <= 1000:
        page.wait_for_timeout(20)
    yield "tab to all dots s", time.perf_counter() - began

    yield "samples", codes.evaluate("e => e.map.count")
    yield "frames a second, panning dots", codes.evaluate(FRAMES, False)
    began = time.perf_counter()
    codes.evaluate("e => { e.map.zoom = 12; e.map.draw(); }")
    page.locator(".codes[data-shows=pictures]").wait_for()
    yield "pictures after zoom s", time.perf_counter() - began
    yield "frames a second, panning pictures", codes.evaluate(FRAMES, False)
    codes.evaluate("e => { e.map.zoom = 1; e.map.draw(); }")
    yield "frames a second, zooming", codes.evaluate(FRAMES, True)
    texture = codes.evaluate(TEXTURE)
    yield "browser MB", (_memory(tools) - browser_before + texture) / 1e6
    yield "of these textures MB", texture / 1e6
    yield "server MB, first visitor", (process.memory_info().rss - server_before) / 1e6
    others = []
    for _ in range(visitors - 1):
        others.append(open_map(browser, server.url, run))
        others[-1].get_by_role("tab", name="Latent space").click()
        others[-1].locator(".codes[data-shows]").wait_for()
        choose(others[-1], part)
    grown = process.memory_info().rss - server_before
    yield f"server MB, {visitors} visitors", grown / 1e6
    codes.evaluate("e => { e.map.zoom = 1; e.map.draw(); }")
    dots, taken = lasso(page, 10_000)
    yield "dots in the lasso", dots
    yield "lasso ms", taken


def _memory(tools) -> float:
    """Bytes of a page's objects and buffers."""
    tools.send("HeapProfiler.collectGarbage")
    usage = tools.send("Runtime.getHeapUsage")
    return usage["usedSize"] + usage.get("backingStorageSize", 0)


def main() -> None:
    """Prints a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", default="undercomplete")
    parser.add_argument("--part", default="All")
    parser.add_argument("--visitors", type=int, default=3)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        for name, value in measure(browser, server, options.run, options.part, options.visitors):
            print(f"{name:<36} {value:,.2f}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
