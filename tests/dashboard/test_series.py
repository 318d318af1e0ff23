"""A series on a type's page: its runs are dealt with as those of a sweep."""

import dataclasses
import os
import time

import pytest
from small import small_experiment
from streamlit.testing.v1 import AppTest
from waiting import PATIENCE

from aecore.compute.jobs import Jobs
from aecore.runs.control import enqueue
from aecore.runs.requests import STOP, requested
from aecore.runs.run import Run
from aecore.runs.store import RunStore
from aecore.training.sweep import Sweep

SERIES = Sweep("Sizes", small_experiment("linear"), {"latent_size": (2, 3, 4)}).series


def script(series):
    from aecore.dashboard.types.series import series_panel

    series_panel("sizes", series, lambda found: None)


@pytest.fixture
def store(tmp_path, monkeypatch) -> RunStore:
    """An empty store that the panel looks into; what is queued there stays in the queue."""
    monkeypatch.setenv("AUTOENCODER_STUDIO_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(Jobs, "submit", lambda self, run, *_: enqueue(run))
    return RunStore(os.environ["AUTOENCODER_STUDIO_RUNS"])


def open_panel() -> AppTest:
    app = AppTest.from_function(script, args=(SERIES,), default_timeout=PATIENCE).run()
    assert not app.exception and not app.error
    return app


def standing_at(store: RunStore, label: str, state: str) -> Run:
    run = store.create(SERIES.points[label])
    now = time.time() + 600  # its worker is alive as long as this test takes
    run.write_status(dataclasses.replace(run.status(), state=state, heartbeat=now))
    return run


def press(app: AppTest, key: str) -> None:
    next(button for button in app.button if button.key == key).click().run()
    assert not app.exception and not app.error


@pytest.mark.parametrize("measured", SERIES.points)
def test_stop_passes_over_a_run_whose_results_are_being_saved(store, measured):
    runs = {
        label: standing_at(store, label, "measuring" if label == measured else "training")
        for label in SERIES.points
    }
    press(open_panel(), "points.stop.sizes")
    stopped = {label for label, run in runs.items() if requested(run, STOP)}
    assert stopped == SERIES.points.keys() - {measured}


def test_what_was_paused_is_resumed_and_only_what_is_missing_is_new(store):
    paused = standing_at(store, "3", "paused")
    app = open_panel()
    press(app, "points.resume.sizes")
    assert store.runs() == [paused] and paused.status().state == "queued"
    press(app, "points.pause.sizes")
    assert paused.status().state == "paused"
    press(app, "points.train.sizes")
    made = [run.experiment for run in store.runs() if run != paused]
    assert len(made) == 2 and all(SERIES.points[label] in made for label in "24")
