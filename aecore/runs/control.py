"""What can be done to a run from outside, whoever trains it: asked through its folder alone."""

import contextlib
import dataclasses
import os
import secrets
import time

import numpy as np

from aecore.data.refusal import Refusal
from aecore.runs.checkpoints import forget, has_checkpoint, recall
from aecore.runs.requests import PAUSE, STOP, request, request_rate, requested, withdraw
from aecore.runs.run import Run
from aecore.runs.status import ENDED, Status
from aecore.training.changes import LEAST_RATE, MOST_EPOCHS, Change, check_rate

NEVER_BEGUN = "Stopped before it began; there is no model."
WAITS = "Paused while it waited for a worker."
FURTHER_EPOCHS = 5
LEFT = ("paused", "interrupted", "failed", "stopped")  # states from which a training may go on


class WishRefused(Refusal):
    """What is wished of a run cannot be done; the text says why."""


def make_ready(run: Run, anew: bool = False, gpu: bool | None = None) -> str:
    """Puts a run in the queue: a new one, or one that was left, which goes on where it was.

    Args:
        anew: forget its checkpoints, and begin from the start.
        gpu: whether only a worker with a GPU will do; None for what was asked before.

    Returns:
        The ticket of whoever is to train it.

    Raises:
        WishRefused: it is trained already, or there is nothing to go on from.
        RunDamaged: its status cannot be read.
    """
    status = run.status()
    new = status.state == "queued" and not status.ticket
    if not new and not may_resume(run, status, anew):
        raise _why_not(run, status)
    if anew:
        forget(run.path)
        (run.path / "changes.json").unlink(missing_ok=True)
    withdraw(run)
    return _enqueue(run, status if gpu is None else dataclasses.replace(status, gpu=gpu))


def may_resume(run: Run, status: Status, anew: bool = False) -> bool:
    """Whether a training was left before its end, and can go on."""
    if run.shipped or run.origin is not None or status.state not in LEFT:
        return False
    return anew or not run.usable or has_checkpoint(run.path)


def may_train_on(run: Run, status: Status) -> bool:
    """Whether a training that has ended can be given more epochs."""
    ended = status.state in ENDED
    return ended and not run.shipped and run.origin is None and has_checkpoint(run.path)


def train_on(run: Run, epochs: int, learning_rate: float) -> str:
    """Puts a run that has ended in the queue for more epochs, at a constant learning rate.

    One that diverged continues from its good weights. The change is recorded: experiment and
    changes together determine the result.

    Returns:
        The ticket of whoever is to train it.

    Raises:
        WishRefused: it has not ended, or there is nothing to go on from.
        SettingError: the learning rate cannot be.
        CheckpointDamaged: no checkpoint can be read.
    """
    status = run.status()
    if not may_train_on(run, status):
        raise _why_not(run, status)
    checkpoint, _ = recall(run.path)
    if checkpoint is None:
        raise WishRefused("{} has no checkpoint to continue from.", run.id)
    place = checkpoint.place
    total = place.epoch - 1 + epochs
    if epochs < 1 or total > MOST_EPOCHS:
        raise WishRefused(
            "A run has 1 to {:,} epochs in all; it would be {:,}.", MOST_EPOCHS, total
        )
    restart = status.state == "diverged"
    change = Change(place.step, check_rate(learning_rate), total, restart)
    run.add_change(change, last=place.step)  # later ones were undone with the steps they followed
    withdraw(run)
    return _enqueue(run, status)


def usual_rate(run: Run) -> float:
    """The learning rate for further epochs: the last one, as a rule.

    A tenth of what a falling schedule began with, and of one at which the training diverged.
    """
    chosen = [each.learning_rate for each in run.changes() if each.learning_rate]
    diverged = run.status().state == "diverged"
    experiment = run.recipe
    if chosen:
        return max(LEAST_RATE, chosen[-1] / 10) if diverged else chosen[-1]
    falls = diverged or experiment.schedule != "constant"
    return max(LEAST_RATE, experiment.learning_rate / (10 if falls else 1))


def usual_epochs(run: Run) -> int:
    """How many further epochs are proposed: a few, or those left to one that diverged."""
    if run.status().state != "diverged":
        return FURTHER_EPOCHS
    planned = [each.epochs for each in run.changes() if each.epochs]
    return max(1, (planned[-1] if planned else run.recipe.epochs) - good_epoch(run))


def good_epoch(run: Run) -> int:
    """The epoch whose weights a diverged run kept; 0 for those it started with."""
    losses = run.history().get("val_loss", ())
    if run.recipe.patience and len(losses):
        return int(np.argmin(losses)) + 1
    return len(losses)


def ask_pause(run: Run) -> None:
    """Asks for a checkpoint and an end of work until it is resumed; at once if the run waits."""
    _ask_to_end(run, PAUSE)


def ask_stop(run: Run) -> None:
    """Asks to stop and keep what was learnt; a run that waits ends at once."""
    _ask_to_end(run, STOP)


def ask_rate(run: Run, rate: float) -> None:
    """Asks for another learning rate.

    Raises:
        SettingError: it cannot be.
        WishRefused: nobody trains the run.
    """
    _check_active(run)
    request_rate(run, rate)


def leave_queue(run: Run, status: Status) -> bool:
    """Ends the waiting of a run that somebody wishes to stop or to pause; whether it did."""
    for wish, state, message in ((STOP, "stopped", NEVER_BEGUN), (PAUSE, "paused", WAITS)):
        if requested(run, wish):
            if wish == STOP and (run.usable or has_checkpoint(run.path)):
                message = "Stopped while it waited; it can go on."
            run.write_status(dataclasses.replace(status, state=state, stage="", message=message))
            return True
    return False


def _enqueue(run: Run, status: Status) -> str:
    ticket = secrets.token_hex(4)
    fresh = {"stage": Status.stage, "message": "", "warning": "", "seconds_left": None}
    run.write_status(
        dataclasses.replace(status, state="queued", ticket=ticket, queued=time.time(), **fresh)
    )
    with contextlib.suppress(OSError):  # whoever looks at the directory alone sees a change
        os.utime(run.path.parent)
    return ticket


def _ask_to_end(run: Run, wish: str) -> None:
    _check_active(run)
    request(run, wish)
    if (status := run.status()).state == "queued":
        leave_queue(run, status)


def _check_active(run: Run) -> None:
    status = run.status()
    if not status.active or status.state == "measuring":
        raise WishRefused("{} is not in training: it is {}.", run.id, status.state)


def _why_not(run: Run, status: Status) -> WishRefused:
    if run.shipped or run.origin is not None:
        return WishRefused("{} was not trained here.", run.id)
    if status.active:
        return WishRefused("{} is {} already.", run.id, status.state)
    if status.state in ENDED and not has_checkpoint(run.path):
        return WishRefused("{} has no checkpoint to continue from.", run.id)
    if status.state == "diverged":
        return WishRefused(
            "{} has diverged: continue it for more epochs, at a smaller learning rate.", run.id
        )
    return WishRefused("{} is {}; it can only be continued after its end.", run.id, status.state)
