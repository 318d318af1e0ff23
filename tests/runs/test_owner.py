"""Whose a run is: by no way does anybody reach another's private one."""

import json

import pytest
from small import small_experiment

from aecore.compute.training import train
from aecore.exchange.bring_in import bring_in
from aecore.exchange.bundle import MEMBERS, pack
from aecore.runs.owner import FILE, LONGEST, NotYours, Owner, Visitor, owner, share
from aecore.runs.run import RunDamaged
from aecore.runs.store import NotFound, RunStore

ADA, BOB = Visitor("issuer|1", "Ada"), Visitor("issuer|2", "Bob")


@pytest.fixture
def hers(tmp_path):
    return RunStore(tmp_path, ADA)


@pytest.fixture
def his(tmp_path):
    return RunStore(tmp_path, BOB)


def sees(store, run) -> bool:
    listed = run in store.runs() and run in store.runs(run.key)
    try:
        found = store.get(run.id) == run
    except NotFound:
        found = False
    assert listed == found
    return found


def test_a_run_is_its_owners_alone_until_it_is_shared(hers, his, tmp_path):
    run = hers.create(small_experiment("linear"))
    everyones = RunStore(tmp_path).create(small_experiment("linear"))
    assert owner(run).name == "Ada" and owner(everyones) is None
    assert sees(hers, run) and not sees(his, run) and sees(RunStore(tmp_path), run)
    assert sees(his, everyones) and his.may_change(everyones)
    share(run, True)
    assert sees(his, run) and not his.may_change(run) and hers.may_change(run)
    share(run, False)
    assert not sees(his, run)


@pytest.mark.parametrize("shared", [False, True])
def test_nobody_deletes_or_cancels_another_ones_run(hers, his, shared):
    run = hers.create(small_experiment("linear"))
    share(run, shared)
    for act in (his.delete, his.put_aside, his.cancel):
        with pytest.raises(NotYours, match="Ada" if shared else "no run") as refusal:
            act(run)
        assert shared or "Ada" not in str(refusal.value)
    assert run.path.exists()
    aside = hers.cancel(run)
    assert sees(hers, hers.put_back(aside)) and owner(run).id == ADA.id


def test_shipped_runs_are_everybodys(his):
    assert his.get("linear").shipped and owner(his.get("linear")) is None


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"id": 1, "name": "x"}', '{"id": "", "name": "x"}',
     '{"id": "issuer|2", "name": "Bob", "more": 1}', json.dumps({"id": "x" * 999, "name": "x"})],
)  # fmt: skip
def test_a_run_whose_owner_cannot_be_told_is_shown_to_nobody(hers, his, tmp_path, text):
    run = hers.create(small_experiment("linear"))
    (run.path / FILE).write_text(text)
    with pytest.raises(RunDamaged, match=FILE):
        owner(run)
    assert not sees(his, run) and not sees(hers, run) and not hers.may_change(run)
    assert sees(RunStore(tmp_path), run)  # the owner of the machine


def test_what_is_brought_in_is_the_visitors_whatever_the_file_says(hers, his):
    run = hers.create(small_experiment("linear"))
    train(run)
    share(run, True)
    content = pack(run)
    assert FILE not in MEMBERS  # nobody learns from a file whose it was
    copy = his.get(bring_in(content, "it.run.zip", his))
    assert copy.id != run.id and owner(copy) == Owner(BOB.id, BOB.name)
    assert not sees(hers, copy) and owner(run).id == ADA.id


def test_a_long_name_is_cut(tmp_path):
    store = RunStore(tmp_path, Visitor("issuer|3", "x" * 2 * LONGEST))
    assert len(owner(store.create(small_experiment("linear"))).name) == LONGEST
