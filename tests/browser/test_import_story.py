"""A table and a series of one's own, from a dropped file to what a model says, in a browser."""

import csv
import io
import re

import pytest
from made_sets import a_series, a_table
from playwright.sync_api import expect
from seeing import PATIENCE, key, no_errors, settle, tab
from server import check_log, open_page, serving

from aecore.data.datasets import source
from aecore.data.own import own_keys
from aecore.runs.store import RunStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    """A dashboard whose data sets nobody else's story touches."""
    folder = tmp_path_factory.mktemp("imports")
    with pytest.MonkeyPatch.context() as patch, serving(folder) as running:
        patch.setenv("AUTOENCODER_STUDIO_DATA", str(folder / "datasets"))
        yield running
        check_log(running.log)


def give(page, label: str, name: str, content: bytes) -> None:
    expect(page.get_by_text(label, exact=True)).to_be_visible()
    settle(page)
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    page.locator("input[type=file]").first.set_input_files(file)


def name_and_make(page, place: str, title: str) -> None:
    page.get_by_role("textbox", name="Name").fill(title)
    page.get_by_role("textbox", name="Name").press("Tab")
    settle(page)
    key(page, f"{place}.make").get_by_role("button").click()


def test_a_table_and_a_series_are_dropped_corrected_and_listed(chromium, own_server):
    page = open_page(chromium, f"{own_server.url}/data")
    settle(page)
    page.get_by_text("Table", exact=True).click()
    give(page, "CSV or Parquet file", "people.csv", a_table())
    expect(page.get_by_text("120 rows × 6 columns.")).to_be_visible(timeout=PATIENCE)
    settle(page)
    grid = page.locator("[class*=st-key-data-table-columns]").get_by_test_id("stDataFrame")
    grid.scroll_into_view_if_needed()
    grid.click(position={"x": 30, "y": 35 * 5 + 17})  # the fifth column of the table, "day"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")  # is not learnt any more
    expect(page.get_by_text("Dates are learnt as")).to_have_count(0)
    name_and_make(page, "data.table", "People")
    expect(page.get_by_text(re.compile("120 rows of 4 columns"))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Learnt: 2 numbers, 2 categories.")).to_be_visible()
    (table,) = own_keys()
    made = source(table).table
    assert made is not None and [c.name for c in made.learnt] == [
        "Größe", "weight", "town", "state",
    ]  # fmt: skip

    page.get_by_text("Time series", exact=True).click()
    give(
        page, "CSV, Parquet or WAV file", "load.csv", a_series(1200, gaps=((300, 330), (700, 760)))
    )
    expect(page.get_by_text("the series was cut there")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-testid=stPlotlyChart] .main-svg").first).to_be_visible()
    expect(page.get_by_role("spinbutton", name="Window length in steps")).to_have_value("24")
    name_and_make(page, "data.series", "Load")
    expect(page.get_by_text("Windows of 24 steps, stride 6.")).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert len(own_keys()) == 2

    key(page, "data.series.next.train").get_by_role("button").click()
    train_and_show(page, own_server, "convolutional")
    expect(page.get_by_text(re.compile("window", re.IGNORECASE)).first).to_be_visible()
    tab(page, "Your data")
    upload(page, "stretch.csv", a_series(400).replace(b",0.0000,21.0000,", b",4.0000,21.0000,", 3))
    expect(page.get_by_text("The window with the largest error")).to_be_visible(timeout=PATIENCE)
    curve = page.locator("[class*=st-key-own-stretch-figure] .main-svg").first
    curve.scroll_into_view_if_needed()
    expect(curve).to_be_visible()
    no_errors(page)

    page.get_by_role("link", name="Data").click()
    settle(page)
    key(page, f"data.{table}.train").get_by_role("button").click()
    train_and_show(page, own_server, "undercomplete")
    expect(page.get_by_text("Köln").first).to_be_visible(timeout=PATIENCE)  # in its own words
    tab(page, "Your data")
    page.get_by_text("Upload", exact=True).click()
    rows = ["Größe;weight;town;state", "1,5;;Köln;ok", ";-1,2;Bonn;", "0,3;0,6;;ok", ";;;ok"]
    rows.append("-1;-2;Bonn;bad")
    upload(page, "five.csv", "\n".join(rows).encode())
    with page.expect_download() as download:
        key(page, "own.rows.filled").get_by_role("button").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    header, *filled = csv.reader(io.StringIO(text), delimiter=";")
    assert header == ["Größe", "weight", "town", "state"] and len(filled) == 5
    assert all(cell for row in filled for cell in row)
    assert filled[0][::2] == ["1,5", "Köln"] and filled[4] == ["-1", "-2", "Bonn", "bad"]
    assert {row[2] for row in filled} <= {"Köln", "Bonn"}
    no_errors(page)
    page.context.close()


def upload(page, name: str, content: bytes) -> None:
    settle(page)
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    page.locator("input[type=file]").first.set_input_files(file)
    settle(page)


def train_and_show(page, server, kind: str) -> None:
    """Trains for three epochs, and opens the run that it gave."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(kind.capitalize())
    settle(page)
    epochs = page.get_by_role("spinbutton", name="Epochs", exact=True)
    epochs.fill("3")
    epochs.press("Tab")
    settle(page)
    key(page, f"{kind}.train").get_by_role("button").first.click()
    show = page.locator(f"[class*=st-key-{kind}-show] button")
    expect(show).to_be_visible(timeout=PATIENCE)
    show.click()
    (run,) = RunStore(server.runs).runs(kind)
    page.wait_for_url(f"**run={run.id}**")
    tab(page, "Reconstructions")
    settle(page)
