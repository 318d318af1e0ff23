"""A picture goes through a model in a thread that can be watched and stopped."""

import threading
from pathlib import Path

import numpy as np
import pytest

from aecore.compute.answers import Rebuilt
from aecore.compute.calls import CallFailed
from aecore.compute.restoration import Restoration

SHAPE = (28, 28, 1)
IMAGE = np.random.default_rng(0).integers(0, 256, (61, 90, 3), np.uint8)


class Answers:
    """Stands in for the workers: answers with a function of the images."""

    def __init__(self, answer=lambda images: images):
        self.answer, self.gate = answer, threading.Event()
        self.gate.set()

    def rebuild(self, model, images):
        assert self.gate.wait(10) and images.dtype == np.float32
        return Rebuilt(images, self.answer(images), np.zeros(len(images)))


def ended(work: Restoration) -> Restoration:
    work.wait(20)
    assert work.state != "working"
    return work


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("model_channels", [1, 3])
def test_a_model_that_changes_nothing_gives_the_picture_back(channels, model_channels):
    shape = (28, 28, model_channels)
    work = ended(Restoration(Answers(), Path("m"), shape, IMAGE[..., :channels]))
    assert work.state == "finished" and work.done == work.total
    np.testing.assert_array_equal(work.restored, IMAGE[..., :channels])
    assert work.psnr >= 100 and work.stride == (21, 21)


def test_the_distance_to_the_picture_is_told_in_decibels():
    grey = np.full((300, 40, 1), 102, np.uint8)
    work = ended(Restoration(Answers(lambda images: images + 0.1), Path("m"), SHAPE, grey))
    assert work.psnr == pytest.approx(20, abs=0.3)  # 10 log10(1 / 0.1²)


def test_it_can_be_stopped_and_tells_how_long_it_will_take():
    answers = Answers()
    answers.gate.clear()
    work = Restoration(answers, Path("m"), SHAPE, np.zeros((600, 600, 1), np.uint8))
    assert work.state == "working" and work.seconds_left is None
    work.stop()
    answers.gate.set()
    assert ended(work).state == "stopped"
    assert 0 < work.done < work.total and work.restored is None and work.seconds_left > 0


def test_a_worker_that_does_not_answer_is_told():
    def none(images):
        raise CallFailed("The worker took too long to answer; try again.")

    work = ended(Restoration(Answers(none), Path("m"), SHAPE, IMAGE))
    assert work.state == "failed" and "too long" in work.message
