"""What a list tells of runs: their labels, summaries, and the room they take."""

import dataclasses
import json
import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_runs import HELD_OUT, made_run, write_report

from aecore.exchange.bundle import pack
from aecore.models import SettingError
from aecore.runs import summary as summary_module
from aecore.runs.checkpoints import LAST, has_checkpoint
from aecore.runs.files import read_json, write_text
from aecore.runs.label import LONGEST_NAME, LONGEST_NOTE, MOST_TAGS, Label, read_label, write_label
from aecore.runs.owner import Visitor, share
from aecore.runs.space import drop_checkpoints, drop_trash, drop_unfinished, space
from aecore.runs.status import Status
from aecore.runs.store import RunStore
from aecore.runs.summary import POINTS, summaries, summary
from aecore.training.differences import changed_settings, differing_settings
from aecore.training.experiment import Experiment


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path / "runs")


def aged(run):
    """A run whose files all changed long ago."""
    for path in run.path.iterdir():
        os.utime(path, (1, 1))
    return run


def test_a_label_is_trimmed_and_comes_back(store):
    run = made_run(store)
    assert read_label(run.path) == Label()
    label = Label.of("  My\n \x1b run \x1b", " One\nTwo ", "small code, small  code,, thesis ")
    assert label == Label("My ‹U+001B› run ‹U+001B›", "One\nTwo", ("small code", "thesis"))
    write_label(run.path, label)
    assert read_label(run.path) == label


@given(st.text(max_size=90), st.text(max_size=90), st.lists(st.text(max_size=40), max_size=14))
def test_what_is_a_label_can_be_written_and_is_one_again(name, note, tags):
    try:
        label = Label.of(name, note, tags)
    except SettingError as problem:
        assert problem.field in ("name", "tags")
        return
    assert Label.from_dict(json.loads(json.dumps(label.to_dict()).encode())) == label
    assert len(label.name) <= LONGEST_NAME and "\n" not in label.name
    assert len(label.tags) <= MOST_TAGS


@pytest.mark.parametrize(
    "field, values",
    [
        ("name", {"name": "x" * (LONGEST_NAME + 1)}),
        ("note", {"note": "x" * (LONGEST_NOTE + 1)}),
        ("tags", {"tags": "x" * 31}),
        ("tags", {"tags": ",".join(map(str, range(MOST_TAGS + 1)))}),
        ("tags", {"tags": ["a,b"]}),
        ("tags", {"tags": {"a": 1}}),
        ("name", {"name": 7}),
        ("tags", {"tags": [None]}),
    ],
)
def test_a_label_that_cannot_be_names_its_field(field, values):
    with pytest.raises(SettingError) as caught:
        Label.of(**values)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"7", b'"name"', b"\xff\xfe", b'{"name": 7}', b'{"owner": "x"}',
        b'{"tags": [[]]}', b'{"name": "' + b"x" * 5000 + b'"}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_damaged_label_is_none_and_harms_no_run(store, content):
    run = made_run(store)
    (run.path / "label.json").write_bytes(content)
    assert read_label(run.path) == Label()
    assert not run.problem() and summary(run).state == "finished" and pack(run)
    (run.path / "label.json").unlink()
    (run.path / "label.json").mkdir()
    assert read_label(run.path) == Label() and summary(run).state == "finished"


def test_a_summary_tells_what_is_in_the_folder(store):
    run = made_run(store, "undercomplete", hyperparameters={"latent_size": 16}, loss="mse")
    write_label(run.path, Label("A name", "", ("tag",)))
    (run.path / LAST).write_bytes(b"x" * 500)
    told = summary(run)
    assert (told.key, told.state, told.data) == ("undercomplete", "finished", "Digits 8×8")
    assert told.settings == {"latent_size": 16, "loss": "mse", "batch_size": 64, "epochs": 1}
    assert told.losses == HELD_OUT and told.label.name == "A name" and told.usable
    assert told.figures == {"sse": 1.5, "psnr": 20.0, "parameters": 1096, "code_size": 8}
    assert told.size == sum(path.stat().st_size for path in run.path.iterdir())
    assert told.checkpoints == 500 and told.seconds == 2.0


def test_a_long_history_is_thinned(store):
    run = made_run(store)
    run.write_history([{"val_loss": 1 / epoch} for epoch in range(1, 500)])
    losses = summary(run).losses
    assert len(losses) == POINTS and losses[0] == 1 and losses[-1] == pytest.approx(1 / 499)


def test_files_are_read_again_only_when_they_change(store, monkeypatch):
    run = aged(made_run(store))
    read = []
    standing = summary_module._standing
    monkeypatch.setattr(summary_module, "_standing", lambda run: read.append(1) or standing(run))
    assert summary(run) is summary(run) and len(read) == 1
    write_report(run, sse=9.0)
    assert summary(run).figures["sse"] == 9.0
    write_label(aged(run).path, Label("New"))
    assert summary(run).label.name == "New"


def test_json_is_read_again_when_it_was_replaced(tmp_path):
    path = tmp_path / "value.json"
    for number in range(10, 60):  # all of the same size, within a tick of the clock
        path.write_text(f'{{"number": {number}}}', encoding="utf-8")  # and of the same inode
        now = time.time()
        os.utime(path, (now, now - now % 0.01))
        assert read_json(path) == {"number": number}
    os.utime(path, (1, 1))
    assert read_json(path) is read_json(path)
    path.unlink()
    with pytest.raises(OSError):
        read_json(path)


def test_a_heartbeat_that_grows_old_shows_without_any_change_of_a_file(store, monkeypatch):
    run = made_run(store, state="training")
    assert summary(run).state == "training"
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 60)
    told = summary(run)
    assert told.state == told.status.state == "interrupted"


@pytest.mark.parametrize(
    "name, content",
    [
        ("status.json", "{"),
        ("status.json", None),
        ("status.json", '{"state": "happy"}'),
        ("experiment.json", None),
        ("experiment.json", '{"type": "quantum"}'),
        ("experiment.json", '{"type": "linear", "epochs": -1}'),
        ("history.csv", "epoch,val_loss\n1,many\n"),
        ("report.npz", "no ZIP"),
        ("model.keras", None),
    ],
)
def test_a_damaged_run_says_so_and_leaves_the_others_alone(store, name, content):
    bad, good = made_run(store), made_run(store, "sparse")
    if content is None:
        (bad.path / name).unlink()
    else:
        write_text(bad.path / name, content)
    told = {each.id: each for each in summaries(store)}
    assert told[bad.id].state == "damaged" and name in told[bad.id].problem
    assert told[bad.id].key == "linear" and told[bad.id].size > 0
    assert told[good.id].state == "finished" and not told[good.id].problem


def test_three_hundred_runs_one_damaged_and_one_that_goes(store, monkeypatch):
    (store.directory / "deep-damaged").mkdir(parents=True)
    (store.directory / "deep-damaged" / "status.json").write_text("{")
    for _ in range(300):
        made_run(store)
    assert len(summaries(store)) == 301
    runs = store.runs()
    store.delete(runs[7])
    monkeypatch.setattr(store, "runs", lambda: runs)  # as they were listed a moment ago
    told = summaries(store)
    assert len(told) == 300 and runs[7].id not in {each.id for each in told}
    assert {each.state for each in told} == {"finished", "damaged"}


def test_departures_from_the_recipe():
    assert changed_settings(Experiment.of("sparse")) == {}
    assert changed_settings(Experiment.of("sparse", {"latent_size": 9}, dataset="digits")) == {
        "latent_size": 9
    }
    # a strength without a corruption, and a weight decay without AdamW, do not matter
    idle = Experiment.of("deep", corruption_strength=0.1, weight_decay=0.5, optimizer="adam")
    assert not {"corruption_strength", "weight_decay"} & set(changed_settings(idle))


def test_settings_that_differ_among_experiments():
    first = Experiment.of("linear", {"latent_size": 4})
    assert differing_settings([first, first]) == {} and differing_settings([]) == {}
    assert differing_settings([first, first.replace(epochs=3)]) == {"epochs": [first.epochs, 3]}
    rows = differing_settings([first, Experiment.of("sparse")])
    assert rows["latent_size"][0] == 4 and rows["penalty"][0] is None


def test_disk_space_is_counted_and_freed(store):
    ended, left, kept = (made_run(store, state=s) for s in ("finished", "interrupted", "paused"))
    deleted = made_run(store)
    for run in (ended, kept):
        (run.path / LAST).write_bytes(b"x" * 1000)
    size = summary(deleted).size
    store.put_aside(deleted)
    found = space(summaries(store), store)
    assert [each.id for each in found.ended] == [ended.id] and found.checkpoint_bytes == 1000
    assert [each.id for each in found.left] == [left.id]
    assert found.left_bytes == summary(left).size and found.trash == size
    assert drop_checkpoints(found.ended) == 1000 and drop_unfinished(found.left, store) > 0
    assert drop_trash(store) == size
    assert {run.id for run in store.runs()} == {ended.id, kept.id}
    assert not has_checkpoint(ended.path) and has_checkpoint(kept.path)
    assert space(summaries(store), store) == space([], store)


def test_what_has_been_taken_up_again_is_not_freed(store):
    ended, left = made_run(store), made_run(store, state="interrupted")
    (ended.path / LAST).write_bytes(b"x")
    found = space(summaries(store), store)
    for run in (ended, left):
        run.write_status(dataclasses.replace(Status(), state="training"))
    assert drop_checkpoints(found.ended) == drop_unfinished(found.left, store) == 0
    assert has_checkpoint(ended.path) and left.path.exists()


def test_a_run_with_a_model_and_one_that_is_queued_are_not_freed(store):
    continued, waiting, left = (made_run(store, state="interrupted") for _ in range(3))
    write_report(continued, sse=1.5)
    continued.model_path.write_bytes(b"of the training before")
    queued = dataclasses.asdict(Status(ticket="0badcafe")) | {"heartbeat": time.time() - 3600}
    (waiting.path / "status.json").write_text(json.dumps(queued))  # its server was restarted
    told = summaries(store)
    assert {each.state for each in told} == {"interrupted"}
    assert [each.id for each in space(told, store).left] == [left.id]
    assert drop_unfinished(tuple(told), store) > 0
    assert {run.id for run in store.runs()} == {continued.id, waiting.id}


def test_another_ones_runs_are_not_freed(tmp_path):
    hers, his = (RunStore(tmp_path, Visitor(name, name)) for name in ("Ada", "Bob"))
    left, ended, gone = made_run(hers, state="interrupted"), made_run(hers), made_run(hers)
    (ended.path / LAST).write_bytes(b"x")
    for run in (left, ended):
        share(run, True)
    hers.put_aside(gone)
    assert len(summaries(his)) == 2 and space(summaries(his), his) == space([], his)
    assert his.trash() == [] and drop_trash(his) == 0 and len(hers.trash()) == 1
    assert len(space(summaries(hers), hers).left) == 1 and space([], hers).trash > 0
