"""Each page and tab shows what it should, and none is too wide or hard to read."""

import contextlib

import pytest
from accessibility import serious_faults
from made_runs import made_run
from playwright.sync_api import TimeoutError, expect
from seeing import PATIENCE, no_errors, settle, tab
from server import open_page

from aecore.models import AUTOENCODERS
from aecore.runs.store import RunStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (1280, 1024, 820)
# colour scheme → the rules to hold in it, all at first: nothing but colours differs
SCHEMES = (("dark", ()), ("light", ("color-contrast",)))
OWN = {  # type's key → its own tab, words that must stand there, charts at least
    "linear": ("Compared with PCA", "the best linear map", 3),
    "undercomplete": ("Bottleneck", "Textbooks say", 3),
    "overcomplete": ("Copying", "Copy test", 2),
    "sparse": ("Units", "the feature of each unit", 3),
    "denoising": ("Restoration", "restored by each method", 2),
    "contractive": ("Sensitivity", "Linear probe under noise", 2),
    "deep": ("Depth", "What each layer retains", 3),
    "convolutional": ("Filters and maps", "Super-resolution", 0),
    "variational": ("Distribution", "Calibration of the decoder", 4),
}
# tabs that are built alike for every type are scanned for faults in two of them
COMMON = ("Reconstructions", "Latent space", "Errors", "Your data", "Export", "Train")
SCANNED = ("denoising", "variational")
# what is wider than its place: the page, a table, a row of choices, the words on a button
TOO_WIDE = """
(tables) => {
  const wide = (element) => element.scrollWidth > element.clientWidth + 1;
  const places = {
    page: "[data-testid=stMain]",
    ...(tables && {table: "[data-testid=stDataFrame] .dvn-scroller"}),
    choices: "[data-testid=stButtonGroup] [role=radiogroup], [data-testid=stButtonGroup]",
    button: "[data-testid=stMain] button p, [data-testid=stPageLink] p",
  };
  return Object.entries(places).flatMap(([name, selector]) =>
    Array.from(document.querySelectorAll(selector)).filter(
      (element) => element.checkVisibility() && wide(element)
    ).map((element) => `${name}: ${element.innerText.slice(0, 60)}`));
}
"""


def too_wide(page, tables: bool) -> list[str]:
    """What is wider than its place, once the page has settled into its width."""
    with contextlib.suppress(TimeoutError):
        page.wait_for_function(f"tables => !({TOO_WIDE})(tables).length", arg=tables, timeout=9_000)
    if tables:
        page.wait_for_timeout(400)  # a table takes its new width a moment later
    return page.evaluate(TOO_WIDE, tables)


def shows_what_it_should(page, name: str, title: str) -> None:
    """A tab of a type shows its words and charts, of runs that ship."""
    charts, chart = 0, page.locator(".js-plotly-plot")
    match title:
        case "Reconstructions":
            words = "Error, compared with the clean images"
        case "Latent space":
            # a U-Net cannot be decoded from the code alone
            words = "Map" if name == "denoising" else "Move through the latent space"
            expect(page.locator("div.codes")).to_have_attribute("data-shows", "dots")
        case "Errors":
            words, charts = "Flag the worst test images", 2
        case "Your data":
            words = "Draw something."
        case "Export":
            words = "Complete run"
            expect(page.get_by_role("button", name="Delete this run")).to_have_count(0)
        case "Train":
            words, charts = "Train a model", 1
        case "Guide":
            words = "When to use it."
            expect(page.get_by_text(words)).to_be_visible()
            expect(page.locator(".katex-error")).to_have_count(0)
            assert page.locator(".katex").count() > 0 or name == "deep"  # which has no formula
        case own:
            expected, words, charts = OWN[name]
            assert own == expected
            expect(page.get_by_role("button", name="Train all")).to_have_count(0)
    expect(page.get_by_text(words).first).to_be_visible(timeout=PATIENCE)
    if charts:
        expect(chart.nth(charts - 1)).to_be_visible(timeout=PATIENCE)
    settle(page)


OTHERS = ("anomalies", "compression", "data", "features", "generation", "runs", "sweeps")
PAGES = ("", *OTHERS, *AUTOENCODERS)


@pytest.mark.parametrize("name", PAGES)
def test_everything_is_there_fits_and_can_be_read(chromium, server, name):
    run = made_run(RunStore(server.runs)) if name == "runs" else None
    page = open_page(chromium, f"{server.url}/{name}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settle(page)
    if name in AUTOENCODERS:
        expect(page.get_by_role("tab")).to_have_count(8, timeout=PATIENCE)
    widths = list(WIDTHS)
    for title in page.get_by_role("tab").all_inner_texts() or [""]:
        if title:
            tab(page, title)
            settle(page)
            if name in AUTOENCODERS:
                shows_what_it_should(page, name, title)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            wide = too_wide(page, tables=width == 1280 or (name, width) == ("runs", 1024))
            assert (title, width, wide) == (title, width, [])
        widths.reverse()  # the next tab begins with the width that this one ended with
        alike = name in AUTOENCODERS and name not in SCANNED and title in COMMON
        for scheme, rules in () if alike else SCHEMES:
            page.emulate_media(color_scheme=scheme)
            settle(page)
            assert (title, scheme, serious_faults(page, rules)) == (title, scheme, [])
    if run is not None:
        RunStore(server.runs).delete(run)
    no_errors(page)
    page.context.close()
