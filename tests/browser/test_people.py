"""Two people who log in: each sees what is theirs, and what the other shares."""

import dataclasses

import pytest
from oidc import provider, secrets_for
from playwright.sync_api import expect
from seeing import PATIENCE, settle, tab
from server import check_log, free_port, open_page, serving
from small import small_experiment

from aecore.compute.training import train
from aecore.runs.owner import Visitor, owner
from aecore.runs.store import RunStore

pytestmark = pytest.mark.browser


@pytest.fixture
def guarded(tmp_path):
    """A dashboard whose visitors log in, and see each other's names."""
    port = free_port()
    with provider() as issuer:
        (tmp_path / "secrets.toml").write_text(secrets_for(issuer, port))
        options = ("--secrets.files", str(tmp_path / "secrets.toml"))
        with serving(tmp_path, port, options, AUTOENCODER_STUDIO_NAMES="1") as server:
            yield server, issuer
        check_log(server.log)


def log_in(chromium, server, name: str, path: str = ""):
    page = open_page(chromium, f"{server.url}/{path}")
    settle(page)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-testid=stSidebar]")).to_contain_text(name)
    return page


def test_a_private_run_is_its_owners_alone_until_it_is_shared(chromium, guarded):
    server, issuer = guarded
    ada = Visitor(f"{issuer}|subject-Ada", "Ada")
    run = RunStore(server.runs, ada).create(small_experiment("linear"))
    assert train(run).state == "finished"
    waits = RunStore(server.runs, ada).create(small_experiment("sparse"))
    link = f"linear?run={run.id}"

    stranger = open_page(chromium, f"{server.url}/{link}")
    expect(stranger.get_by_role("button", name="Log in")).to_be_visible()
    expect(stranger.locator("[data-testid=stPageLink]")).to_have_count(0)
    assert waits.id not in stranger.content()

    bob = log_in(chromium, server, "Bob")
    beating = dataclasses.replace(waits.status(), state="queued", message="")
    waits.write_status(beating)  # it still waits, however long the logins took
    bob.goto(f"{server.url}/{link}")
    expect(bob.get_by_text("does not exist on this server")).to_be_visible()
    expect(bob.get_by_text("Ada: queued")).to_be_visible(timeout=PATIENCE)  # and no more
    assert waits.id not in bob.content()

    hers = log_in(chromium, server, "Ada")
    hers.goto(f"{server.url}/{link}&view=Export")
    settle(hers)
    expect(hers.get_by_role("button", name="Delete this run")).to_be_visible()
    hers.get_by_text("Share with everybody").click()
    expect(hers.get_by_text("Shared. The link to this model")).to_be_visible()
    assert owner(run).shared

    bob.goto(f"{server.url}/{link}&view=Export")
    expect(bob.get_by_text("Shared by Ada.")).to_be_visible()
    expect(bob.get_by_role("button", name="Delete this run")).to_have_count(0)
    tab(bob, "Train")
    expect(bob.get_by_text("only they can change it")).to_be_visible(timeout=PATIENCE)
    bob.get_by_role("button", name="Log out").click()
    expect(bob.get_by_role("button", name="Log in")).to_be_visible(timeout=PATIENCE)
    for page in (stranger, bob, hers):
        assert page.worries == []
        page.context.close()
