"""What stories look for on a page, and how long they wait for it."""

import contextlib
import re

from playwright.sync_api import TimeoutError, expect

PATIENCE = 600_000  # milliseconds, for what waits for workers on a busy machine


def settle(page) -> None:
    """Waits until the script has run and nothing is greyed out.

    Before the first run Streamlit calls its state initial, and shows nothing of it.
    """
    app = page.locator("[data-testid=stApp]")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)
    expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0, timeout=PATIENCE)
    expect(page.locator("[data-stale=true]")).to_have_count(0, timeout=PATIENCE)


def press(button, until) -> None:
    """Presses a button until something is there: a press during a rerun may be lost."""
    button.click()
    with contextlib.suppress(AssertionError):
        expect(until).to_be_visible(timeout=10_000)
        return
    with contextlib.suppress(TimeoutError):  # it is gone if the press was heard
        button.click(timeout=1000)
    expect(until).to_be_visible(timeout=PATIENCE)


def no_errors(page) -> None:
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    expect(page.locator("[data-testid=stAlertContentError]")).to_have_count(0)
    assert page.worries == []


def pictures(page):
    return page.locator(".ae-grid img")


def tab(page, name: str) -> None:
    its = page.get_by_role("tab", name=name, exact=True)
    for _ in range(3):  # a press during a rerun may be lost
        its.click()
        with contextlib.suppress(AssertionError):
            expect(its).to_have_attribute("aria-selected", "true", timeout=15_000)
            return
    expect(its).to_have_attribute("aria-selected", "true")


def key(page, name: str):
    """The element with a Streamlit key."""
    return page.locator(f".st-key-{re.sub(r'[^a-zA-Z0-9_-]', '-', name)}")


def start_training(page, name: str, epochs: int) -> None:
    tab(page, "Train")
    field = page.get_by_role("spinbutton", name="Epochs", exact=True)
    field.fill(str(epochs))
    field.press("Tab")
    settle(page)
    key(page, f"{name}.train").get_by_role("button").click()


def count_clicks(page) -> None:
    """Begins to count the clicks on a page, which stays the same document."""
    count = "window.clicks = 0; addEventListener('click', (e) => e.detail && window.clicks++, true)"
    page.evaluate(count)


def clicks(page) -> int:
    return page.evaluate("window.clicks")
