"""Somebody who uploads the worst file of each kind, all at once."""

from pathlib import Path

from playwright.sync_api import expect
from seeing import PATIENCE, settle
from server import open_page
from worst import worst_images, worst_model, worst_run, worst_weights

CANNOT = {  # what each import is refused with
    "calls.keras": "measuring it on",
    "damaged.keras": "HDF5",
    "swells.run.zip": "20,000,000 errors",
}


def attack(chromium, url: str, folder: Path) -> dict:
    """Begins all uploads; the pages by what is uploaded on them."""
    files = {
        "calls.keras": worst_model(folder),
        "damaged.keras": worst_weights(),
        "swells.run.zip": worst_run(),
    }
    pages = {"worst.zip": open_page(chromium, f"{url}/data")}
    settle(pages["worst.zip"])
    give(pages["worst.zip"].locator("input[type=file]").first, "worst.zip", worst_images())
    expect(pages["worst.zip"].get_by_text("Opening the first images")).to_be_visible(
        timeout=PATIENCE
    )
    for name, content in files.items():
        page = pages[name] = open_page(chromium, f"{url}/linear")
        settle(page)
        page.get_by_role("button", name="Import…").click()
        give(page.locator("[role=dialog] input[type=file]"), name, content)
    pages["calls.keras"].get_by_role("button", name="Use this model").click(timeout=PATIENCE)
    return pages


def give(field, name: str, content: bytes) -> None:
    kind = "application/zip" if name.endswith(".zip") else "application/octet-stream"
    field.set_input_files({"name": name, "mimeType": kind, "buffer": content})


def check_refusals(pages: dict) -> None:
    """Each import ends in its refusal, which is shown."""
    for name, words in CANNOT.items():
        alert = pages[name].locator("[role=dialog] [data-testid=stAlertContentError]")
        expect(alert).to_contain_text(words, timeout=PATIENCE)
