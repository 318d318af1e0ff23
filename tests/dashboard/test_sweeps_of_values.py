"""A sweep on a table tells the figures that rows have."""

from opening import open_page, words

from aecore.compute.training import train
from aecore.runs.series import find_points
from aecore.runs.store import RunStore
from aecore.runs.sweeps import keep_sweep
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
