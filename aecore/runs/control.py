"""Control of a run by any process, through its folder alone: queue, resume, continue, stop."""

import contextlib
import dataclasses
import os
import secrets
import time

import numpy as np

from aecore.data.refusal import Refusal
from aecore.runs.checkpoints import delete_checkpoints, has_checkpoint, load_checkpoint
from aecore.runs.files import write_json
from aecore.runs.requests import (
    PAUSE,
    RESTART,
    STOP,
    request,
    request_rate,
    requested,
    withdraw,
)
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import ENDED, Status
from aecore.training.changes import LEAST_RATE, MOST_EPOCHS, Change, check_rate

NEVER_STARTED = "Stopped before training started; there is no model."
STOPPED = "Stopped while queued; it can be resumed."
KEPT = "Stopped while queued; the model from before is kept."
QUEUED = "Paused while queued."
BEFORE = "continued.json"  # what a run was until it was queued for more epochs or a restart
FURTHER_EPOCHS = 5
LEFT = ("paused", "interrupted", "failed", "stopped")  # states from which a training can be resumed


class RequestRefused(Refusal):
    """A request cannot be carried out; the text says why."""


def enqueue(run: Run, restart: bool = False, gpu: bool | None = None) -> str:
    """Queues a run: a new one, or one that was interrupted, which resumes where it was.

    Args:
        restart: start from epoch 1. Checkpoints and changes are deleted when that begins: if the
            run leaves the queue untrained, it is what it was.
        gpu: whether it needs a worker with a GPU; None to keep what was asked before.

    Returns:
        The ticket of the worker that is to train it.

    Raises:
        RequestRefused: it is already queued or training, or there is no checkpoint.
        RunDamaged: its status cannot be read.
    """
    status = run.status()
    new = status.state == "queued" and not status.ticket
    if not new and not may_resume(run, status, restart):
        raise _why_not(run, status)
    withdraw(run)
    if restart:
        if (run.usable or has_checkpoint(run.path)) and not (run.path / BEFORE).exists():
            with contextlib.suppress(RunDamaged):  # its changes: a restart is the way out
                _remember(run, status)
        request(run, RESTART)
    return _enqueue(run, status if gpu is None else dataclasses.replace(status, gpu=gpu))


def may_resume(run: Run, status: Status, restart: bool = False) -> bool:
    """Whether a training ended early and can be resumed."""
    if run.shipped or run.origin is not None or status.state not in LEFT:
        return False
    if status.state != "stopped":  # without a checkpoint from the start; it may have an old model
        return True
    return restart or not run.usable or has_checkpoint(run.path)


def may_continue(run: Run, status: Status) -> bool:
    """Whether a training that has ended can be continued for more epochs."""
    ended = status.state in ENDED
    return ended and not run.shipped and run.origin is None and has_checkpoint(run.path)


def continue_training(run: Run, epochs: int, learning_rate: float) -> str:
    """Queues a run that has ended for more epochs, at a constant learning rate.

    One that diverged continues from its good weights. The change is recorded: experiment and
    changes together determine the result. If the run leaves the queue untrained, it is undone.

    Returns:
        The ticket of the worker that is to train it.

    Raises:
        RequestRefused: it has not ended, or there is no checkpoint.
        SettingError: the learning rate is out of bounds.
        CheckpointDamaged: no checkpoint can be read.
    """
    status = run.status()
    if not may_continue(run, status):
        raise _why_not(run, status)
    checkpoint, _ = load_checkpoint(run.path)
    if checkpoint is None:
        raise RequestRefused("{} has no checkpoint to continue from.", run.id)
    place = checkpoint.place
    total = (0 if place.pair else place.epoch - 1) + epochs  # those of pre-training do not count
    if epochs < 1 or total > MOST_EPOCHS:
        raise RequestRefused(
            "A run has 1 to {:,} epochs in all; it would be {:,}.", MOST_EPOCHS, total
        )
    reset = status.state == "diverged"
    change = Change(place.step, check_rate(learning_rate), total, reset)
    _remember(run, status)
    run.add_change(change, last=place.step)  # later changes were undone with their steps
    withdraw(run)
    return _enqueue(run, status)


def default_rate(run: Run) -> float:
    """The default learning rate for further epochs: the last one.

    After a falling schedule it is a tenth of its start, after a divergence a tenth of the last one.
    """
    chosen = [each.learning_rate for each in run.changes() if each.learning_rate]
    diverged = run.status().state == "diverged"
    experiment = run.recipe
    if chosen:
        return max(LEAST_RATE, chosen[-1] / 10) if diverged else chosen[-1]
    falls = diverged or experiment.schedule != "constant"
    return max(LEAST_RATE, experiment.learning_rate / (10 if falls else 1))


def default_epochs(run: Run) -> int:
    """The default number of further epochs: a few, or the remaining ones if the run diverged."""
    if run.status().state != "diverged":
        return FURTHER_EPOCHS
    planned = [each.epochs for each in run.changes() if each.epochs]
    return max(1, (planned[-1] if planned else run.recipe.epochs) - good_epoch(run))


def good_epoch(run: Run) -> int:
    """The epoch whose weights a diverged run kept; 0 for its starting weights."""
    losses = run.history().get("val_loss", ())
    if run.recipe.patience and len(losses):
        return int(np.argmin(losses)) + 1
    return len(losses)


def ask_pause(run: Run) -> None:
    """Requests a checkpoint and a pause; a queued run is paused at once."""
    _ask_to_end(run, PAUSE)


def ask_stop(run: Run) -> None:
    """Requests to stop and keep the model; a queued run is stopped at once."""
    _ask_to_end(run, STOP)


def ask_rate(run: Run, rate: float) -> None:
    """Requests another learning rate.

    Raises:
        SettingError: it is out of bounds.
        RequestRefused: the run is not in training.
    """
    _check_active(run)
    request_rate(run, rate)


def leave_queue(run: Run, status: Status) -> Status | None:
    """Takes a queued run out of the queue if its stop or pause was requested.

    One that was to be continued or restarted is again what it was.

    Returns:
        Its new status, or None if it stays.
    """
    stopped = KEPT if run.usable else NEVER_STARTED
    if has_checkpoint(run.path):
        stopped = STOPPED
    for asked, state, message in ((STOP, "stopped", stopped), (PAUSE, "paused", QUEUED)):
        if requested(run, asked):
            left = dataclasses.replace(status, state=state, stage="", message=message)
            left = _as_before(run, status.ticket) or left
            run.write_status(left)
            return left
    return None


def begin(run: Run) -> None:
    """Forgets what a run was before it was continued or restarted, as that begins now.

    A restart deletes its checkpoints and changes here, and no earlier.
    """
    if requested(run, RESTART):
        delete_checkpoints(run.path)
        (run.path / "changes.json").unlink(missing_ok=True)
    (run.path / BEFORE).unlink(missing_ok=True)
    (run.path / RESTART).unlink(missing_ok=True)


def _remember(run: Run, status: Status) -> None:
    changes = [dataclasses.asdict(each) for each in run.changes()]
    write_json(run.path / BEFORE, {"status": dataclasses.asdict(status), "changes": changes})


def _as_before(run: Run, ticket: str) -> Status | None:
    """Restores the changes of a run that was to be continued or restarted; its status then.

    The file stays until training begins: a page and the queue may both take the run out.
    """
    if not (run.path / BEFORE).exists():
        return None
    before = run.read_json(BEFORE)
    write_json(run.path / "changes.json", {"changes": before["changes"]})
    return dataclasses.replace(Status.from_dict(before["status"]), ticket=ticket)


def _enqueue(run: Run, status: Status) -> str:
    ticket = secrets.token_hex(4)
    fresh = {"stage": Status.stage, "message": "", "warning": "", "seconds_left": None}
    run.write_status(
        dataclasses.replace(status, state="queued", ticket=ticket, queued=time.time(), **fresh)
    )
    with contextlib.suppress(OSError):  # so that a look at the directory alone tells of it
        os.utime(run.path.parent)
    return ticket


def _ask_to_end(run: Run, asked: str) -> None:
    _check_active(run)
    request(run, asked)
    if (status := run.status()).state == "queued":
        leave_queue(run, status)


def _check_active(run: Run) -> None:
    status = run.status()
    if not status.active or status.state == "measuring":
        raise RequestRefused("{} is not in training: it is {}.", run.id, status.state)


def _why_not(run: Run, status: Status) -> RequestRefused:
    if run.shipped or run.origin is not None:
        return RequestRefused("{} was not trained here.", run.id)
    if status.active:
        return RequestRefused("{} is {} already.", run.id, status.state)
    if status.state in ENDED and not has_checkpoint(run.path):
        return RequestRefused("{} has no checkpoint to continue from.", run.id)
    if status.state == "diverged":
        return RequestRefused(
            "{} has diverged: continue it for more epochs, at a smaller learning rate.", run.id
        )
    return RequestRefused("{} is {}; it can only be continued after its end.", run.id, status.state)
