"""A sweep on a table tells the figures that rows have."""

import math

import pytest
from opening import open_page, words

from aecore.compute.training import train
from aecore.dashboard.sweeps.plot import in_words, plot
from aecore.data.datasets import source
from aecore.runs.series import Point, find_points
from aecore.runs.store import RunStore
from aecore.runs.sweeps import keep_sweep
from aecore.training.comparisons import bottlenecks, depths
from aecore.training.experiment import Experiment
from aecore.training.sweep import Sweep


def test_a_sweep_on_a_table_is_trained_and_shown_in_its_figures(tmp_path):
    base = Experiment.of("undercomplete", dataset="penguins", epochs=3)
    sweep, store = Sweep("", base, {"latent_size": (1, 6)}), RunStore(tmp_path / "runs")
    assert sweep.title == "Latent size · Undercomplete on Palmer penguins"
    for experiment in sweep.series.points.values():
        assert train(store.create(experiment)).state == "finished"
    points = find_points(sweep.series, store)
    file = keep_sweep(sweep, store)
    app = open_page("sweeps", sweep=file.id)
    assert not app.exception and not app.error
    table = app.dataframe[0].value
    shown = " ".join(map(str, table.columns))
    assert all(word in shown for word in ("MSE", "R²", "Accuracy")) and "PSNR" not in shown
    best = min(points, key=lambda label: points[label].figures["mse"])
    assert f"**Best: Latent size {best}" in words(app)


def test_classes_are_called_by_their_names():
    base = Experiment.of("linear", dataset="penguins")
    sweep = Sweep("", base, {"normal": ((0,), (1,))})
    first, second, *_ = source("penguins").classes
    labels = list(sweep.series.points)
    assert in_words(sweep, labels[0]).endswith(f"only {first}")
    points = {label: Point({"mse": 1.0 + at}) for at, label in enumerate(labels)}
    shown = plot(sweep, points, "mse", heat=False)
    assert list(shown.data[0].x) == [f"only {first}", f"only {second}"]


@pytest.mark.parametrize("dataset", ["penguins", "ecg"])
def test_comparisons_suit_the_size_of_rows_and_windows(dataset):
    values = math.prod(source(dataset).shape)
    sizes = bottlenecks(Experiment.of("undercomplete", dataset=dataset)).points.values()
    assert max(each.autoencoder.latent_size for each in sizes) < values and len(sizes) > 1
    base = Experiment.of("deep", dataset=dataset)
    assert {each.epochs for each in depths(base).points.values()} == {base.epochs}
