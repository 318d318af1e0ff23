"""Three trainings under control, whatever happens to the browser and to their worker."""

import os
import re
import signal

import psutil
import pytest
from playwright.sync_api import expect
from seeing import PATIENCE, key, no_errors, press, settle
from server import check_log, open_page, serving
from waiting import wait_for, wait_until

from aecore.compute.preload import POLITENESS
from aecore.runs.run import Run
from aecore.runs.store import RunStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def server(tmp_path):
    with serving(tmp_path) as running:
        yield running
        check_log(running.log, but="1 workers died")


def button(page, action: str, run: Run):
    return key(page, f"{run.key}.{action}.{run.id}").get_by_role("button")


def kill_trainer(server) -> None:
    """Kills the process that trains, as one that runs out of memory would be."""
    for child in psutil.Process(server.process.pid).children(recursive=True):
        if child.nice() == POLITENESS:
            os.kill(child.pid, signal.SIGKILL)
            return
    raise AssertionError("Nobody trains.")


def test_three_runs_stay_under_control_whatever_happens(chromium, server):
    page = open_page(chromium, server.url)
    for name in ("undercomplete", "linear", "sparse"):
        page.goto(f"{server.url}/{name}?view=Train&dataset=digits&batch_size=2&epochs=900")
        settle(page)
        key(page, f"{name}.train").get_by_role("button").click()
        expect(page.locator("[data-testid=stSidebar]")).to_contain_text(
            re.compile(f"{name} · ", re.I), timeout=PATIENCE
        )
    store = RunStore(server.runs)
    first, second, third = (store.runs(name)[0] for name in ("undercomplete", "linear", "sparse"))
    wait_for(first, "training")
    assert second.status().state == third.status().state == "queued"
    expect(page.get_by_text("Queued: position 2")).to_be_visible()

    page.goto(f"{server.url}/undercomplete?view=Train")  # pause the first
    press(button(page, "pause", first), button(page, "resume", first))
    assert first.status().state == "paused"
    at = first.status().epoch
    wait_for(second, "training")

    page.reload()  # and it is still there
    expect(button(page, "resume", first)).to_be_visible(timeout=PATIENCE)
    page.context.close()  # the tab goes, the training goes on
    epoch = second.status().epoch
    kill_trainer(server)
    wait_for(second, "interrupted")
    wait_for(third, "training")  # another worker has taken the next one
    assert second.status().epoch >= epoch

    page = open_page(chromium, f"{server.url}/linear?view=Train")  # back by its link
    expect(page.get_by_text("worker ended during training")).to_be_visible(timeout=PATIENCE)
    press(button(page, "resume", second), page.get_by_text("Queued: next"))
    page.goto(f"{server.url}/undercomplete?view=Train")
    press(button(page, "resume", first), page.get_by_text("Queued: position 2"))
    page.get_by_role("button", name="Move to front").click()
    expect(page.get_by_text("Queued: next")).to_be_visible(timeout=PATIENCE)

    page.goto(f"{server.url}/sparse?view=Train")  # the one that trains makes room
    show = page.get_by_role("button", name="Show this model")
    press(button(page, "stop", third), show)
    assert third.status().state == "stopped" and third.usable
    wait_for(first, "training")

    page.goto(f"{server.url}/undercomplete?view=Train")  # another learning rate, then the end
    settle(page)
    page.get_by_role("button", name="Learning rate").click()
    rate = page.get_by_role("spinbutton", name="Learning rate").last
    rate.fill("0.0005")
    rate.press("Tab")
    page.get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_text("learning rate 0.0005 from step")).to_be_visible(timeout=PATIENCE)
    assert first.status().epoch >= at
    page.keyboard.press("Escape")
    wait_until(lambda: len(first.history().get("epoch", ())) >= 2, first.status)
    button(page, "stop", first).click()
    expect(show).to_be_visible(timeout=PATIENCE)
    assert first.usable and first.changes()[0].learning_rate == 0.0005
    epochs = first.history()["epoch"]
    assert epochs.tolist() == list(range(1, len(epochs) + 1)) and len(epochs) >= at - 1

    on = key(page, f"undercomplete.on.{first.id}")  # more of the same, to its end
    on.get_by_role("button").first.click()
    page.get_by_role("spinbutton", name="Further epochs").fill("1")
    page.get_by_role("spinbutton", name="Further epochs").press("Tab")
    settle(page)
    key(page, f"undercomplete.on.go.{first.id}").get_by_role("button").click()
    wait_for(first, "queued", "training")
    page.goto(f"{server.url}/linear?view=Train")
    wait_for(second, "queued", "training")
    press(button(page, "cancel", second), page.get_by_role("button", name="Undo"))
    wait_for(first, "finished")
    assert [change.epochs for change in first.changes()][-1] == first.status().epoch
    assert not second.path.exists()
    no_errors(page)
    page.context.close()
