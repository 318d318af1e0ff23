"""Nothing is lost: a training that was left goes on exactly where it was."""

import dataclasses
import errno

import keras
import numpy as np
import pytest
from small import small_experiment

from aecore.compute.training import train
from aecore.runs import checkpoints
from aecore.runs.requests import PAUSE, request, withdraw
from aecore.runs.store import RunStore
from aecore.training.checkpoint import Checkpoint, CheckpointDamaged, Place
from aecore.training.fit import build, fit
from aecore.training.observer import NoObserver

# what of chance a type may hold, beside its own: noise, dropout, batch statistics, pre-training
EXTRAS = {
    "linear": ({}, {"schedule": "exponential", "optimizer": "sgd"}),
    "undercomplete": ({"encoder_layers": (16,), "normalization": "batch"}, {"optimizer": "adamw"}),
    "overcomplete": ({"regularizer": "noise", "strength": 0.5}, {"patience": 1}),
    "sparse": ({"penalty": "kl"}, {"corruption": "masking"}),
    "contractive": ({"encoder_layers": (16,)}, {"optimizer": "rmsprop"}),
    "deep": (
        {"encoder_layers": (16,), "decoder_layers": (16,), "pretraining_epochs": 1},
        {"corruption": "salt-pepper", "epochs": 1},
    ),
}


LOOKS = {"linear": 10, "deep": 12}  # at the end of an epoch, in mid-pre-training; others within one


class Keeper(NoObserver):
    """Keeps the checkpoint of one look, read back from what is written; or pauses there."""

    def __init__(self, look: int, pauses: bool = False):
        self.look, self.pauses, self.looks, self.kept = look, pauses, 0, None

    def pause_requested(self):
        return self.pauses and self.looks + 1 == self.look

    def checkpoint(self, take, urgent=False):
        self.looks += 1
        if self.looks == self.look:
            self.kept = Checkpoint.from_arrays(take().to_arrays())
        return self.kept is not None


@pytest.fixture(autouse=True)
def two_steps_a_call(monkeypatch):
    """The looks between steps are the same on any machine."""
    monkeypatch.setattr("aecore.training.epochs.Epochs._steps_a_report", lambda *_: 2)


def same(mine, theirs) -> None:
    for a, b in zip(mine.variables, theirs.variables, strict=True):
        np.testing.assert_array_equal(np.array(a), np.array(b), err_msg=a.path)


def test_a_training_goes_on_exactly_where_it_was(key, digits):
    hyperparameters, settings = EXTRAS.get(key, ({}, {}))
    experiment = small_experiment(key, hyperparameters, **{"epochs": 2, **settings})
    keeper, whole = Keeper(LOOKS.get(key, 11)), build(experiment, digits.training.images)
    told = fit(whole, experiment, digits, keeper)
    assert keeper.looks > keeper.look
    again = build(experiment, digits.training.images)
    outcome = fit(again, experiment, digits, NoObserver(), keeper.kept)
    assert outcome.reason == told.reason and outcome.history == told.history
    same(again, whole)


def test_a_pause_ends_it_at_once_and_says_where(digits):
    experiment = small_experiment("undercomplete", epochs=2)
    keeper, model = Keeper(3, pauses=True), build(experiment, digits.training.images)
    outcome = fit(model, experiment, digits, keeper)
    assert outcome.reason == "paused" and "epoch 1 of 2" in outcome.message
    assert (keeper.kept.place.epoch, keeper.kept.place.done) == (1, 6)


def test_the_time_of_pretraining_counts_over_a_pause_too(digits):
    experiment = small_experiment("deep", EXTRAS["deep"][0])
    keeper, model = Keeper(LOOKS["deep"], pauses=True), build(experiment, digits.training.images)
    paused = fit(model, experiment, digits, keeper)
    place = keeper.kept.place
    assert place.pair and paused.seconds >= place.seconds > 0
    before = dataclasses.replace(keeper.kept, place=dataclasses.replace(place, seconds=1e6))
    again = build(experiment, digits.training.images)
    assert fit(again, experiment, digits, NoObserver(), before).seconds > 1e6


def test_a_checkpoint_of_another_network_is_refused(digits):
    keeper, experiment = Keeper(1, pauses=True), small_experiment("linear")
    fit(build(experiment, digits.training.images), experiment, digits, keeper)
    other = small_experiment("linear", {"latent_size": 5})
    with pytest.raises(CheckpointDamaged, match="another network"):
        fit(build(other, digits.training.images), other, digits, NoObserver(), keeper.kept)


class Pauser(NoObserver):
    """Asks a run to pause after an epoch, as anybody may: by a file."""

    def __init__(self, run, epoch):
        self.run, self.at = run, epoch

    def epoch(self, number, terms, model):
        if number == self.at:
            request(self.run, PAUSE)


def weights(run):
    return keras.models.load_model(run.model_path).get_weights()


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run of three epochs that nothing disturbed."""
    run = RunStore(tmp_path_factory.mktemp("whole")).create(small_experiment("linear", epochs=3))
    assert train(run).state == "finished"
    return run


def paused(store):
    run = store.create(small_experiment("linear", epochs=3))
    assert train(run, Pauser(run, 2)).state == "paused"
    assert not run.usable and checkpoints.has_checkpoint(run.path)
    withdraw(run)
    return run


def check_same(run, whole):
    for mine, theirs in zip(weights(run), weights(whole), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    text = [(each.path / "history.csv").read_text() for each in (run, whole)]
    assert text[0] == text[1]
    epochs = run.previews()["epochs"]
    assert epochs[0] == 0 and epochs[-1] == 3 and (np.diff(epochs) > 0).all()


def test_a_paused_run_ends_as_one_that_was_not(store, whole):
    run = paused(store)
    assert train(run).state == "finished"
    check_same(run, whole)


def test_a_run_goes_on_from_the_checkpoint_before_if_the_last_is_damaged(store, whole, monkeypatch):
    monkeypatch.setattr("aecore.compute.recorder.CHECKPOINT_SECONDS", 0)
    run = paused(store)
    last = run.path / checkpoints.LAST
    content = bytearray(last.read_bytes())
    content[len(content) // 2] ^= 0xFF
    last.write_bytes(content)
    status = train(run)
    assert status.state == "finished" and "could not be read" in status.message
    check_same(run, whole)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half", b"\x80\x04pickle"])
def test_what_is_no_checkpoint_is_refused(tmp_path, content):
    assert checkpoints.load_checkpoint(tmp_path) == (None, "")
    for name in (checkpoints.LAST, checkpoints.BEFORE):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CheckpointDamaged, match="Restart the run"):
        checkpoints.load_checkpoint(tmp_path)


def test_without_a_readable_checkpoint_it_can_be_restarted(store, whole):
    run = paused(store)
    for name in (checkpoints.LAST, checkpoints.BEFORE):
        (run.path / name).write_bytes(b"half of it")
    status = train(run)
    assert status.state == "failed" and "Restart the run" in status.message
    checkpoints.delete_checkpoints(run.path)
    assert train(run).state == "finished"
    check_same(run, whole)


def test_a_full_disk_keeps_the_old_checkpoint_and_the_training(store, monkeypatch):
    run, seen = store.create(small_experiment("linear", epochs=3)), []
    monkeypatch.setattr("aecore.compute.recorder.CHECKPOINT_SECONDS", 0)
    save = np.savez

    def full(file, **arrays):
        if seen:
            file.write(b"half of it")
            raise OSError(errno.ENOSPC, "No space left on device")
        save(file, **arrays)

    class Filler(NoObserver):
        def epoch(self, number, terms, model):
            seen.append((run.status().warning, (run.path / checkpoints.LAST).read_bytes()))

    monkeypatch.setattr("aecore.runs.checkpoints.np.savez", full)
    status = train(run, Filler())
    assert status.state == "finished" and "No space left" in status.message
    assert seen[0][0] == "" and all("The checkpoint could not be" in s[0] for s in seen[1:])
    assert {kept for _, kept in seen} == {(run.path / checkpoints.LAST).read_bytes()}
    kept, _ = checkpoints.load_checkpoint(run.path)
    assert isinstance(kept.place, Place) and not list(run.path.glob(".partial*"))


def test_checkpoints_come_by_the_clock_also_within_an_epoch(store, monkeypatch):
    run, places = store.create(small_experiment("linear")), []
    monkeypatch.setattr("aecore.compute.recorder.CHECKPOINT_SECONDS", 0)
    monkeypatch.setattr(
        "aecore.compute.recorder.save_checkpoint", lambda path, kept: places.append(kept.place.done)
    )
    train(run)
    assert places[:3] == [2, 4, 6]


class Leaver(Keeper):
    """Asks to leave for the nth time it is asked after a step, in the midst of the test images."""

    def __init__(self, nth: int):
        super().__init__(look=10**6)
        self.nth, self.asked, self.began = nth, 0, False

    def progress(self, progress):
        self.began = progress.fraction > 0

    def pause_requested(self):
        self.asked += self.began
        return self.asked >= self.nth

    def checkpoint(self, take, urgent=False):
        if urgent:
            self.kept = Checkpoint.from_arrays(take().to_arrays())
        return urgent


def test_a_training_may_be_left_amid_the_held_out_images(digits, monkeypatch):
    monkeypatch.setattr("aecore.training.validation.EVALUATION_BATCH", 10)
    experiment = small_experiment("sparse", epochs=2)
    whole = build(experiment, digits.training.images)
    told = fit(whole, experiment, digits, NoObserver())
    steps = len(digits.training) // experiment.batch_size
    leaver = Leaver(nth=-(-steps // 2) + 2)  # after each two steps of the epoch, and once more
    outcome = fit(build(experiment, digits.training.images), experiment, digits, leaver)
    assert outcome.reason == "paused" and not outcome.history
    assert (leaver.kept.place.epoch, leaver.kept.place.done) == (1, steps)
    again = build(experiment, digits.training.images)
    assert fit(again, experiment, digits, NoObserver(), leaver.kept).history == told.history
    same(again, whole)
