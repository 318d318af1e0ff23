"""The map of codes with twenty thousand images, under fingers."""

import numpy as np
import pytest
from playwright.sync_api import expect
from seeing import PATIENCE, no_errors, settle
from server import ROOT, open_page

from aecore.analysis.report import Report
from aecore.analysis.wide_map import MappedAll, stamp
from aecore.data.datasets import load
from aecore.figures.atlas import atlas
from aecore.runs.files import write_arrays
from aecore.runs.run import Run
from aecore.runs.store import shipped

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COUNT = 20_000
# the map's own pace, with a clock that tells the milliseconds from frame to frame
PACE = """
([script, gaps]) => {
  let now = 0;
  const pace = new Function("performance", "setTimeout", "clearTimeout", `${script}; return pace;`)(
    { now: () => now }, () => 1, () => {});
  const map = { middle: [0, 0], zoom: 1, coarse: 1 };
  pace(map);
  const found = gaps.map((gap) => {
    now += gap;
    map.middle = [now, 0];
    return pace(map);
  });
  return [...found, pace(map)];
}
"""


def put_on_the_map(run: Run, folder) -> None:
    """Keeps the first 20,000 images of all with a run, as if they had been encoded."""
    report, data = Report.from_arrays(run.report_arrays()), load(run.dataset)
    images = np.concatenate([part.images[:COUNT] for part in data.in_order])[:COUNT]
    labels = np.concatenate([part.labels for part in data.in_order])[:COUNT]
    places = np.resize(report.latent.places, (COUNT, report.latent.places.shape[1]))
    moved = np.random.default_rng(0).normal(0, 0.3, places.shape).astype(np.float32)
    found = MappedAll(
        places + moved,
        np.resize(report.errors, COUNT),
        labels,
        np.zeros(0),
        len(data.test),
        stamp(report.latent),
    )
    for place in (folder / ".shipped" / run.id, folder / ".maps"):
        place.mkdir(parents=True, exist_ok=True)
    write_arrays(folder / ".shipped" / run.id / f"study-{MappedAll.name}.npz", found.to_arrays())
    packed = atlas("image", run.source.kind.reduce(images))
    (folder / ".maps" / f"map-all-{run.dataset}.bin").write_bytes(packed)


def test_fingers_move_twenty_thousand_images_and_find_one(chromium, server):
    put_on_the_map(shipped("undercomplete"), server.runs)
    link = f"{server.url}/undercomplete?view=Latent+space"
    page = open_page(chromium, link, size=(390, 844), touch=True)
    settle(page)
    page.get_by_role("radio", name="PCA 2-D").click()
    settle(page)
    page.get_by_role("radio", name="All", exact=True).click()
    expect(page.locator(f".codes[data-count='{COUNT}']")).to_be_visible(timeout=PATIENCE)
    settle(page)
    codes, over = page.locator("div.codes"), page.locator(".codes canvas.over")
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tools = page.context.new_cdp_session(page)

    def touch(kind: str, *spots) -> None:
        points = [{"x": at, "y": down, "id": number} for number, (at, down) in enumerate(spots)]
        tools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (x - 10, y), (x + 10, y))
    for apart in range(20, 150, 10):
        touch("touchMove", (x - apart, y), (x + apart, y))
    touch("touchEnd")
    expect(codes).to_have_attribute("data-shows", "pictures", timeout=PATIENCE)

    top = page.locator("[data-testid=stMain]").evaluate("main => main.scrollTop")
    touch("touchStart", (x, y))
    for moved in range(10, 60, 10):  # each is drawn, and the page stays
        seen = codes.evaluate("codes => codes.map.frames")
        touch("touchMove", (x + moved, y + moved))
        page.wait_for_function(
            "([codes, seen]) => codes.map.frames > seen", arg=[codes.element_handle(), seen]
        )
    touch("touchEnd")
    assert page.locator("[data-testid=stMain]").evaluate("main => main.scrollTop") == top
    codes.evaluate("({ map }) => { map.middle = [map.at[0], map.at[1]]; map.draw(); }")
    touch("touchStart", (x, y))
    touch("touchEnd")
    expect(page.get_by_label("Name of this image")).to_be_visible(timeout=PATIENCE)
    expect(codes.get_by_label("Next selection")).to_be_visible()
    no_errors(page)

    script = (ROOT / "aecore/dashboard/parts/map_pace.js").read_text(encoding="utf-8")
    slow, quick = [100] * 4, [10] * 3
    found = page.evaluate(PACE, [script, [*slow, 30, *quick, 2000, 100]])
    assert found == [2, 4, 8, 8, 8, 4, 2, 1, 1, 2, 1]  # at rest all is drawn
    page.context.close()
