"""What takes long keeps nobody else from a model."""

import os
import signal
import threading
import time

import keras
import numpy as np
import pytest
from foreign_models import saved
from keras import layers as L
from waiting import PATIENCE, wait_until

from aecore.compute import answers
from aecore.compute.calls import Calls
from aecore.compute.workers import Workers, takers
from aecore.exchange.archive import FileRefused
from aecore.runs.store import RunStore, shipped

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workers():
    workers = Workers()
    workers.client(PATIENCE)
    yield workers
    workers.close()


def slow():
    """A model that may be measured, which takes minutes: 28 calls of one convolution."""
    image = keras.Input((28, 28, 1))
    x = L.Conv2D(64, 3, padding="same", activation="relu")(image)
    shared = L.Conv2D(64, 3, padding="same", activation="relu")
    for _ in range(28):
        x = shared(x)
    return keras.Model(image, L.Conv2D(1, 3, padding="same", activation="sigmoid")(x))


def patient(seconds: float) -> None:
    """In the worker: how long a stranger's model may be measured."""
    answers.IMPORT_SECONDS = seconds


def begun(work) -> tuple[threading.Thread, list]:
    """A thread at work, and what comes of it."""
    made = []

    def do():
        try:
            made.append(work())
        except Exception as problem:
            made.append(problem)

    thread = threading.Thread(target=do)
    thread.start()
    return thread, made


def answered_while(thread: threading.Thread, calls: Calls) -> int:
    """How many of another visitor's calls are answered until a thread ends."""
    images, answered = np.zeros((1, 28, 28, 1), np.float32), 0
    while thread.is_alive():
        assert len(calls.rebuild(shipped("linear").model_path, images).errors) == 1
        answered += 1
        time.sleep(0.2)
    return answered


def test_a_model_that_calculates_for_minutes_is_ended_and_keeps_nobody_waiting(workers, tmp_path):
    calls, store = Calls(workers), RunStore(tmp_path / "runs")
    content = saved(slow(), tmp_path)
    workers.client().run(patient, 12.0)
    thread, made = begun(lambda: calls.bring_in([("slow.keras", content)], store, "mnist"))
    assert answered_while(thread, calls) >= 3
    (refused,) = made
    assert isinstance(refused, FileRefused) and "stopped after 12 seconds" in str(refused)
    assert store.runs() == [] and not list(store.directory.glob(".partial-*"))


def test_longer_answers_stand_aside(workers):
    calls = Calls(workers)
    began = time.monotonic()
    threads = [begun(lambda: calls._ask_aside(time.sleep, 4.0))[0] for _ in range(3)]
    answered = [answered_while(thread, calls) for thread in threads]
    assert sum(answered) >= 3
    assert time.monotonic() - began >= 8  # two at a time


def test_a_call_waits_for_a_worker_that_starts(workers, monkeypatch):
    client = workers.client()
    (process,) = client.run(os.getpid, workers=takers(client)).values()
    os.kill(process, signal.SIGKILL)
    wait_until(lambda: not takers(client))
    monkeypatch.setattr("aecore.compute.calls.PATIENCE_SECONDS", 0.5)  # once it is there
    images = np.zeros((1, 28, 28, 1), np.float32)
    rebuilt = Calls(workers).rebuild(shipped("linear").model_path, images)
    assert rebuilt.outputs.shape == images.shape
