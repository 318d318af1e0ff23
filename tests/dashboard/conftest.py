"""The dashboard without workers, and with runs and data sets of its own."""

import numpy as np
import pytest

from aecore.analysis.activations import Activations, activations
from aecore.compute import answers
from aecore.compute.answers import Rebuilt
from aecore.compute.calls import Calls
from aecore.compute.workers import Workers, WorkersUnavailable


@pytest.fixture(autouse=True)
def no_workers(monkeypatch, tmp_path):
    """Calls are answered at once with a grey picture; jobs are left lying."""

    def rebuild(self, model, images, corruption=("none", 0.0), seed=0):
        return Rebuilt(images, images, np.zeros(len(images)))

    def decode(self, model, codes):
        return np.full((len(codes), 28, 28, 1), 0.5, np.float32)

    def describe(self, *arguments):
        return answers.describe(*arguments)

    def analyse(self, model, function, *arguments):
        if function is not activations:
            return ask(self, model, function, *arguments)
        image, _ = arguments
        none = np.zeros(0, np.float32)
        return Activations(image, (), np.ones(3, np.float32), none, (), image, 0)

    def unavailable(self, patience=60.0):
        raise WorkersUnavailable("There are no workers in this test.")

    monkeypatch.setattr(Calls, "rebuild", rebuild)
    monkeypatch.setattr(Calls, "decode", decode)
    monkeypatch.setattr(Calls, "describe", describe)
    ask = Calls.analyse
    monkeypatch.setattr(Calls, "analyse", analyse)
    monkeypatch.setattr(Calls, "warm", lambda *_: None)
    monkeypatch.setattr(Workers, "client", unavailable)
    monkeypatch.setenv("AUTOENCODER_STUDIO_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "datasets"))
