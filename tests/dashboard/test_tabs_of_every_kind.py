"""Every tab of each type opens on a run of a table and of a series, and shows what is there."""

import numpy as np
import pytest
from opening import VIEWS, html, open_page, words

from aecore.analysis.report import Report, make_report
from aecore.compute import answers
from aecore.compute.calls import Calls
from aecore.data.datasets import forget, load
from aecore.data.series.making import make_series, measure_series
from aecore.data.tables.making import Plan, make_table
from aecore.data.tables.uploads import look_at
from aecore.models import AUTOENCODERS
from aecore.models.base import for_use
from aecore.runs.files import write_arrays
from aecore.runs.status import Status
from aecore.runs.store import RunStore
from aecore.training.experiment import Experiment
from aecore.training.fit import build

STRANGE = "b <i>$x$"  # a column's name
OWN = {
    "linear": "Compared with PCA", "undercomplete": "Bottleneck", "deep": "Depth",
    "sparse": "Units", "contractive": "Sensitivity", "variational": "Distribution",
    "denoising": "Restoration", "overcomplete": "Copying", "convolutional": "Filters and maps",
}  # fmt: skip


def table() -> str:
    rng = np.random.default_rng(0)
    cause = rng.normal(size=240)
    cells = [cause * 10, cause + rng.normal(size=240), np.where(cause > 0, "Bonn", "Ulm")]
    cells += [np.where(cause > 0.5, "high", "low")]
    rows = np.array(cells, object).T
    rows[rng.random(rows.shape) < 0.25] = ""
    text = "\n".join([f"a,{STRANGE},town,class", *(",".join(map(str, row)) for row in rows)])
    seen = look_at("t.csv", text.encode())
    return make_table(
        "t.csv", text.encode(), Plan("Holes", seen.dialect, tuple(enumerate(seen.columns)), "class")
    ).key


def series() -> str:
    rng = np.random.default_rng(0)
    steps = np.arange(1200)
    wave = np.sin(2 * np.pi * steps / 24) + 0.1 * rng.normal(size=1200)
    lines = [f"{s * 60},{v:.4f},{2 - v:.4f}" for s, v in zip(steps, wave, strict=True)]
    lines[1100] = f"{1100 * 60},,2"
    del lines[500:530]
    content = "\n".join(["row,left,right", *lines]).encode()
    seen = look_at("s.csv", content)
    columns = [(1, seen.columns[1]), (2, seen.columns[2])]
    return make_series("Waves", measure_series("s.csv", content, seen.dialect, columns), 24, 12)


@pytest.fixture
def here(monkeypatch):
    """Calls are answered in this process."""
    forget()
    monkeypatch.setattr(Calls, "rebuild", lambda self, path, samples, corruption=("none", 0.0),
                        seed=0: answers.rebuild(str(path), samples, corruption, seed))  # fmt: skip
    monkeypatch.setattr(Calls, "decode", lambda self, path, codes: answers.decode(str(path), codes))
    monkeypatch.setattr(
        Calls, "analyse", lambda self, path, function, *more: answers.analyse(
            str(path), function, *more
        )
    )  # fmt: skip
    monkeypatch.setattr(Calls, "study", lambda self, run, name: answers.study(str(run), name))
    yield
    forget()


def measured(key: str, dataset: str, directory):
    """A run of an untrained network, measured."""
    experiment = Experiment.of(key, dataset=dataset, epochs=1)
    run = RunStore(directory).create(experiment)
    data = load(dataset)
    model = for_use(build(experiment, data.training.images), data.layout)
    model.save(run.model_path)
    report = make_report(key, model, run.corruption, data.test, 1.0, data.layout)
    write_arrays(run.path / "report.npz", report.to_arrays())
    run.write_status(Status("finished", epoch=1, epochs=1, fraction=1.0))
    run.write_history([{"loss": 1.0, "val_loss": 1.0}])
    return run, report


@pytest.mark.parametrize("make", [table, series])
@pytest.mark.parametrize("key", AUTOENCODERS)
def test_every_tab_opens(key, make, here, tmp_path):
    dataset = make()
    if key == "convolutional" and make is table:
        pytest.skip("refused, which the form's tests cover")
    run, report = measured(key, dataset, tmp_path / "runs")
    again = Report.from_arrays(run.report_arrays())
    assert again.parts is not None and len(again.parts.scores) == len(run.source.parts)
    assert len(again.starts) == (len(report.errors) if make is series else 0)
    assert again.error == pytest.approx(float(report.errors.mean()), rel=1e-5)
    seen = {}
    for view in (*VIEWS, OWN[key]):
        app = open_page(key, run=run.id, view=view)
        assert not app.exception, (view, app.exception[0].stack_trace)
        assert not app.error, (view, app.error[0].value)
        seen[view] = html(app) + words(app)
    told = seen["Reconstructions"]
    if make is table:
        assert "b &lt;i&gt;$x$" in told and "<i>$x$" not in told
        assert "missing</td>" in told and 'class="ae-filled"' in told
    else:
        assert "ae-windows" in told
    assert "PSNR" not in told and "Error by c" in seen["Errors"]
    assert OWN[key] in app.session_state["view"] and len(app.get("plotly_chart")) + len(
        app.info
    )  # it draws something, or says why not
