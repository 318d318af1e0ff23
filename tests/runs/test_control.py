"""Under control: what somebody wishes of a run is done, recorded, and told truthfully."""

import dataclasses
import errno
import shutil
import time

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_runs import made_run
from small import small_experiment

from aecore.compute.queue import GPU, JOB, FairQueue, Turn
from aecore.compute.recorder import Recorder
from aecore.compute.training import train
from aecore.environment import MEMORY
from aecore.exchange.bundle import MEMBERS, pack, read_bundle, unpack
from aecore.models import SettingError
from aecore.runs import control
from aecore.runs.checkpoints import LAST, has_checkpoint, save_checkpoint
from aecore.runs.requests import PAUSE, STOP, request
from aecore.runs.run import RunDamaged
from aecore.runs.store import RunStore
from aecore.runs.summary import summary
from aecore.training.changes import Change
from aecore.training.checkpoint import Checkpoint, Place
from aecore.training.fit import build, fit
from aecore.training.observer import NoObserver


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path)


class Wisher(NoObserver):
    """Does something after an epoch."""

    def __init__(self, at, wish):
        self.at, self.wish = at, wish

    def epoch(self, number, terms, model):
        if number == self.at:
            self.wish()


def weights(run):
    return keras.models.load_model(run.model_path).get_weights()


def test_another_learning_rate_is_recorded_and_explains_the_run(store, digits):
    run = store.create(small_experiment("linear", epochs=3))
    train(run, Wisher(1, lambda: control.ask_rate(run, 0.5)))
    (change,) = run.changes()
    assert change.learning_rate == 0.5 and 20 < change.step <= 60 and change.epochs is None
    assert not (run.path / "learning-rate").exists()
    again = build(run.experiment, digits.training.images)
    fit(again, run.experiment, digits, NoObserver(), changes=run.changes())
    assert float(again.optimizer.learning_rate) == 0.5
    plain = build(run.experiment, digits.training.images)
    fit(plain, run.experiment, digits, NoObserver())
    for mine, theirs in zip(weights(run), again.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert not np.array_equal(plain.get_weights()[0], again.get_weights()[0])


@pytest.mark.parametrize("rate", [0, -1, float("nan"), 1e9, True])
def test_a_learning_rate_that_cannot_be_is_refused(store, rate):
    run = store.create(small_experiment("linear"))
    with pytest.raises(SettingError, match="between"):
        control.ask_rate(run, rate)
    assert not (run.path / "learning-rate").exists()


def test_a_run_is_trained_on_from_where_it_ended(store, digits):
    run = store.create(small_experiment("linear", epochs=1))
    with pytest.raises(control.RequestRefused, match="queued"):
        control.continue_training(run, 2, 1e-3)
    train(run)
    (run.path / "study-x.npz").write_bytes(b"of the model before")
    control.continue_training(run, 2, 1e-3)
    assert run.status().state == "queued"
    assert train(run).state == "finished"
    assert run.history()["epoch"].tolist() == [1, 2, 3] and run.status().epochs == 3
    assert run.changes() == (Change(20, 1e-3, 3),) and not list(run.path.glob("study-*"))
    again = build(run.experiment, digits.training.images)  # experiment and changes are the recipe
    fit(again, run.experiment, digits, NoObserver(), changes=run.changes())
    for mine, theirs in zip(weights(run), again.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_compiling_after_an_epoch_tells_how_many_are_completed(store):
    run, seen = store.create(small_experiment("linear", epochs=2)), []

    class Seeing(NoObserver):
        def progress(self, progress):
            seen.append((progress.stage, progress.epoch))

    train(run)
    control.continue_training(run, 1, 1e-3)
    assert train(run, Seeing()).epoch == 3
    assert seen[0] == ("Compiling", 2) and seen[1] == ("Training", 3)


def test_a_changed_run_travels_with_its_changes_and_without_its_checkpoint(store, tmp_path):
    run = store.create(small_experiment("linear", epochs=1))
    train(run)
    run.add_change(Change(16, 1e-3))
    assert not any("checkpoint" in name for name in MEMBERS)
    there = unpack(read_bundle(pack(run)), RunStore(tmp_path / "there"), lambda _: None)
    assert there.changes() == run.changes() and not list(there.path.glob("checkpoint*"))
    with pytest.raises(control.RequestRefused, match="no checkpoint"):
        control.continue_training(there, 1, 1e-3)


@pytest.mark.parametrize(
    "text",
    ["[]", '{"changes": 3}', '{"changes": [3]}', '{"changes": [{"step": -1}]}', '{"x": []}',
     '{"changes": [{"step": 1, "learning_rate": 0}]}', '{"changes": [{"step": 1, "epochs": 0}]}'],
)  # fmt: skip
def test_changes_that_cannot_be_are_a_damage(store, text):
    run = store.create(small_experiment("linear"))
    (run.path / "changes.json").write_text(text)
    with pytest.raises(RunDamaged, match=r"changes\.json"):
        run.changes()


def test_a_stopped_run_goes_on_to_its_planned_end(store):
    run = store.create(small_experiment("linear", epochs=3))
    assert train(run, Wisher(1, lambda: control.ask_stop(run))).state == "stopped"
    assert run.usable
    control.enqueue(run)
    assert train(run).state == "finished" and len(run.history()["epoch"]) == 3


def test_a_run_that_had_stopped_early_trains_no_further_when_it_is_resumed(store):
    settings = {"patience": 1, "learning_rate": 1.0, "schedule": "constant"}
    run = store.create(small_experiment("linear", epochs=1000, **settings))
    first = train(run)
    assert "Stopped early" in first.message
    history, kept = run.history(), weights(run)
    assert first.epoch == len(history["epoch"])
    run.write_status(dataclasses.replace(first, state="interrupted"))  # while it was measured
    control.enqueue(run)
    again = train(run)
    assert (again.state, again.message) == ("finished", first.message)
    np.testing.assert_array_equal(run.history()["val_loss"], history["val_loss"])
    for mine, theirs in zip(weights(run), kept, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_a_run_stopped_during_pre_training_is_continued_for_as_many_epochs_as_asked(store):
    run = store.create(small_experiment("deep", {"pretraining_epochs": 4}, epochs=9))

    class Stopping(NoObserver):
        def progress(self, progress):
            if progress.stage.startswith("Pre-training") and progress.epoch == 3:
                control.ask_stop(run)

    assert train(run, Stopping()).message == "Stopped during pre-training."
    control.continue_training(run, 2, 1e-3)
    assert run.changes() == (Change(0, 1e-3, 2),)
    assert train(run).state == "finished" and run.history()["epoch"].tolist() == [1, 2]


@pytest.mark.parametrize("asked", [STOP, PAUSE])
@pytest.mark.parametrize("by_worker", [True, False])
def test_a_run_that_was_to_be_continued_is_what_it_was_when_it_leaves_the_queue(
    store, asked, by_worker
):
    run = made_run(store)
    save_checkpoint(run.path, Checkpoint(Place(epoch=4, step=60), [], []))
    for change in (Change(5, 0.01), Change(70, 0.02)):  # the last one was undone with its steps
        run.add_change(change)
    before, changes = run.status(), run.changes()
    control.continue_training(run, 5, 1e-3)
    assert run.changes() == (Change(5, 0.01), Change(60, 1e-3, 8))
    if by_worker:
        request(run, asked)
        train(run)
    else:
        queued = run.status()
        (control.ask_stop if asked == STOP else control.ask_pause)(run)
        control.leave_queue(run, queued)  # the queue looks at the same time
    after = run.status()
    assert (after.state, after.epochs, after.message) == ("finished", 3, before.message)
    assert run.changes() == changes and control.may_continue(run, after)


def test_a_run_that_has_been_continued_stays_so_when_it_is_queued_again(store):
    run = store.create(small_experiment("linear", epochs=1))
    train(run)
    control.continue_training(run, 5, 1e-3)
    assert train(run, Wisher(2, lambda: control.ask_pause(run))).state == "paused"
    control.enqueue(run)
    control.ask_stop(run)
    assert run.status().state == "stopped" and run.changes() == (Change(20, 1e-3, 6),)


@pytest.mark.parametrize("asked", [STOP, PAUSE])
@pytest.mark.parametrize("state", ["stopped", "interrupted", "failed"])
def test_a_run_that_was_to_be_restarted_is_what_it_was_when_it_leaves_the_queue(
    store, asked, state
):
    run = made_run(store, state="stopped")  # with a model, whose training was continued or not
    save_checkpoint(run.path, Checkpoint(Place(epoch=4, step=60), [], []))
    run.add_change(Change(5, 0.01))
    run.write_status(dataclasses.replace(run.status(), state=state, message="So it ended."))
    changes = run.changes()
    control.enqueue(run, restart=True)
    (control.ask_stop if asked == STOP else control.ask_pause)(run)
    after = run.status()
    assert (after.state, after.epoch, after.message) == (state, 3, "So it ended.")
    assert run.changes() == changes and has_checkpoint(run.path)
    assert control.may_resume(run, after)


def test_a_restart_left_before_its_first_checkpoint_can_be_resumed(store, digits, monkeypatch):
    run = store.create(small_experiment("linear", epochs=2))
    train(run, Wisher(1, lambda: (control.ask_rate(run, 0.5), control.ask_stop(run))))
    assert run.usable and has_checkpoint(run.path) and run.changes()

    def leave(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("aecore.compute.training.load", leave)  # before it begins
        control.enqueue(run, restart=True)
        train(run)
    assert has_checkpoint(run.path) and run.changes()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("aecore.compute.training.fit", leave)
        control.enqueue(run, restart=True)
        train(run)
    assert run.status().state == "interrupted" and control.may_resume(run, run.status())
    control.enqueue(run)
    assert train(run).state == "finished" and len(run.history()["epoch"]) == 2
    plain = build(run.experiment, digits.training.images)
    fit(plain, run.experiment, digits, NoObserver())
    for mine, theirs in zip(weights(run), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_a_run_whose_changes_are_damaged_can_be_restarted(store):
    run = store.create(small_experiment("linear"))
    train(run, Wisher(1, lambda: control.ask_stop(run)))
    run.write_status(dataclasses.replace(run.status(), state="interrupted"))
    (run.path / "changes.json").write_text("[]")
    control.enqueue(run, restart=True)
    assert train(run).state == "finished" and not run.changes()


def test_a_run_without_checkpoint_that_leaves_the_queue_is_promised_nothing(store):
    run = made_run(store, state="stopped")
    run.write_status(dataclasses.replace(run.status(), state="interrupted"))
    control.enqueue(run)
    control.ask_stop(run)
    assert run.status().message == control.KEPT and not control.may_resume(run, run.status())


@pytest.mark.parametrize("stops", [True, False])
def test_a_pause_waits_until_its_checkpoint_could_be_written(store, monkeypatch, stops):
    monkeypatch.setattr("aecore.compute.recorder.RETRY_SECONDS", 0.1)
    run, failed, warned = store.create(small_experiment("linear", epochs=1000)), [], []

    def full(folder, checkpoint):
        if stops or len(failed) < 3:
            failed.append(checkpoint.place.epoch)
            raise OSError(errno.ENOSPC, "No space left on device")
        warned.append(run.status().warning)
        save_checkpoint(folder, checkpoint)

    class Pausing(NoObserver):
        def epoch(self, number, terms, model):
            if number == 1:
                control.ask_pause(run)
            if stops and failed:
                control.ask_stop(run)

    monkeypatch.setattr("aecore.compute.recorder.save_checkpoint", full)
    ended = train(run, Pausing())
    assert ended.state == ("stopped" if stops else "paused") and failed
    assert has_checkpoint(run.path) != stops and run.usable == stops
    if not stops:
        assert "No space left on device" in warned[0] and not ended.warning


@pytest.mark.parametrize("begun", [True, False])
@pytest.mark.parametrize("by_worker", [True, False])
def test_a_run_stopped_in_the_queue_is_sound_and_says_whether_there_is_anything(
    store, begun, by_worker
):
    run = store.create(small_experiment("linear"))
    if begun:
        (run.path / LAST).write_bytes(b"of epoch 3")
        run.write_status(dataclasses.replace(run.status(), state="paused", epoch=3))
    control.enqueue(run)
    if by_worker:
        request(run, STOP)
        train(run)
    else:
        control.ask_stop(run)
    told = summary(run)
    assert told.state == "stopped" and not run.problem() and control.may_resume(run, told.status)
    assert told.status.message == (control.STOPPED if begun else control.NEVER_STARTED)


def test_two_servers_train_a_run_once(store):
    run = store.create(small_experiment("linear"))
    first = control.enqueue(run)
    with pytest.raises(control.RequestRefused, match="already"):
        control.enqueue(run)
    mine = Recorder(run, NoObserver())
    stale = dataclasses.replace(run.status(), state="interrupted", message="")
    run.write_status(stale)  # the other server took it for dead
    second = control.enqueue(run)
    assert first != second
    mine.change(state="training", stage="mine")
    assert mine.stop_requested() and run.status().state == "queued"
    assert run.status().ticket == second


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_was_set_leaves_no_run_alive_that_is_dead(store, monkeypatch, hours):
    run, now = store.create(small_experiment("linear")), time.time()
    monkeypatch.setattr("aecore.runs.run.time.time", lambda: now + 3600 * hours)
    assert run.status().state == "interrupted"
    run.write_status(run.status())  # who lives beats, and is believed
    run.write_status(dataclasses.replace(run.status(), state="training"))
    assert run.status().state == "training"


def test_a_folder_that_goes_in_mid_training_ends_it_quietly(store):
    run = store.create(small_experiment("linear", epochs=1000))
    gone = []

    def cancel():
        gone.append(store.cancel(run))

    train(run, Wisher(2, cancel))
    assert not run.path.exists()
    back = store.put_back(gone[0])
    assert back.id == run.id and back.history()["epoch"].tolist() == [1, 2]


def test_data_too_large_for_the_memory_is_refused_before_it_is_read(store, monkeypatch):
    run = store.create(small_experiment("linear"))
    monkeypatch.setenv(MEMORY, "1.1")
    monkeypatch.setattr("aecore.compute.training.load", None)
    ended = train(run)
    assert ended.state == "failed" and "a data set of smaller or fewer images" in ended.message


def test_what_would_take_too_much_memory_or_disk_is_refused_beforehand(store, monkeypatch):
    run = store.create(small_experiment("linear"))
    monkeypatch.setenv(MEMORY, "1")
    ended = train(run)
    assert ended.state == "failed" and "GB of memory" in ended.message and not run.usable
    monkeypatch.delenv(MEMORY)
    disk = shutil.disk_usage(store.directory)._replace(free=10**6)
    monkeypatch.setattr("aecore.compute.memory.shutil.disk_usage", lambda _: disk)
    control.enqueue(run)
    assert "has 1 MB left" in train(run).message
    monkeypatch.undo()
    control.enqueue(run)
    assert train(run).state == "finished"


def test_a_run_that_asks_for_a_gpu_still_does_when_it_is_resumed(store):
    run = store.create(small_experiment("linear"))
    control.enqueue(run, gpu=True)
    run.write_status(dataclasses.replace(run.status(), state="interrupted"))
    control.enqueue(run)
    assert run.status().gpu


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=20),
    st.integers(0, 3),
    st.randoms(use_true_random=False),
)
def test_the_queue_is_fair_and_keeps_each_visitors_order(wishes, slots, chance):
    queue, done, running = FairQueue(), [], []
    turns = [Turn(str(i), by, GPU if gpu else JOB) for i, (by, gpu) in enumerate(wishes)]
    for turn in turns:
        queue.enter(turn)
    assert sorted(queue.order()) == sorted(turn.ticket for turn in turns)
    for _ in range(3 * len(turns)):
        begun = queue.begin({JOB: slots, GPU: 1})
        running += begun
        for kind, most in ((JOB, slots), (GPU, 1)):
            assert sum(turn.needs == kind for turn in running) <= most
        if running:
            ended = running.pop(chance.randrange(len(running)))
            queue.leave(ended)
            done.append(ended)
    wanted = [turn for turn in turns if turn.needs == GPU or slots]
    assert sorted(done, key=turns.index) == wanted


def test_one_who_asks_for_little_does_not_wait_for_one_who_asks_for_much():
    queue = FairQueue()
    for i in range(5):
        queue.enter(Turn(f"a{i}", "a"))
    queue.enter(Turn("b0", "b"))
    assert queue.begin({JOB: 1}) == [Turn("a0", "a")]
    assert queue.order() == ["b0", "a1", "a2", "a3", "a4"]
    queue.prefer("a4")
    assert queue.order() == ["b0", "a4", "a1", "a2", "a3"]
    queue.leave(Turn("a0", "a"))
    assert queue.begin({JOB: 1}) == [Turn("b0", "b")]
    queue.enter(Turn("b1", "b"))
    assert queue.begin({JOB: 2}) == [Turn("a4", "a")]
    queue.leave(Turn("b0", "b"))
    queue.leave(Turn("a4", "a"))
    assert queue.order() == ["b1", "a1", "a2", "a3"]  # the visitor served longest ago
