"""The own tabs of the linear, undercomplete and deep pages, shipped models and small runs."""

import shutil

import pytest
from opening import open_page

from aecore.analysis.classes import ClassErrors
from aecore.analysis.gradients import Gradients
from aecore.analysis.moving import Moving
from aecore.analysis.principal import PcaCurve
from aecore.analysis.subspace import Subspace
from aecore.compute import answers
from aecore.compute.calls import Calls
from aecore.runs.store import shipped
from aecore.runs.studies import STUDIES, kept

TABS = {"linear": "Compared with PCA", "undercomplete": "Bottleneck", "deep": "Depth"}


def words(app) -> str:
    return " ".join(element.value for element in (*app.markdown, *app.caption))


def choose(app, key: str, value: str):
    app.segmented_control(key=key).set_value(value).run()
    assert not app.exception and not app.error


@pytest.mark.parametrize("name", TABS)
def test_shipped_studies_are_whole_and_small(name):
    for kind in STUDIES[name]:
        path = shipped(name).study_path(kind.name)
        assert kept(shipped(name), kind) is not None and path.stat().st_size < 300_000


def test_what_ships_says_what_it_should():
    pca, subspace = kept(shipped("linear"), PcaCurve), kept(shipped("linear"), Subspace)
    assert subspace.optimum == pytest.approx(pca.at(32), rel=1e-5)
    assert subspace.sse <= 1.001 * subspace.optimum and subspace.cosines.min() >= 0.999
    assert kept(shipped("deep"), PcaCurve).at(30) == pytest.approx(13.87, abs=0.01)  # published


def test_the_linear_panel():
    app = open_page("linear", view="Compared with PCA")
    assert not app.exception and not app.error and not app.warning
    moving = kept(shipped("linear"), Moving)
    assert f"to **{moving.shifted[0][-1]:.1f}**" in words(app)
    choose(app, "linear.moving", "Rotated")
    assert f"to **{moving.turned[0][-1]:.1f}**" in words(app)
    choose(app, "linear.pca.curve", "Explained variance")


def test_the_undercomplete_panel():
    app = open_page("undercomplete", view="Bottleneck")
    assert not app.exception and not app.error and not app.warning
    errors = kept(shipped("undercomplete"), ClassErrors)
    by_ink = errors.compare([0, 1, 7], [8, 5, 3], errors.ink)[0]
    assert "**confirmed**: in 9 of 9 pairs" in words(app)
    assert f"**{by_ink} of 9** pairs" in words(app)
    assert len(app.dataframe[0].value) == 7
    for way in ("Per ink", "Per variance"):
        choose(app, "undercomplete.classes.measure", way)


def test_the_deep_panel():
    app = open_page("deep", view="Depth")
    assert not app.exception and not app.error and not app.warning
    gradients = kept(shipped("deep"), Gradients)
    for name, losses in zip(gradients.names, gradients.losses, strict=True):
        assert name in words(app) and f"loss {losses[-1]:.3f}" in words(app)
    app.select_slider(key="deep.gradients.step").set_value(100).run()
    assert not app.exception and not app.error


@pytest.mark.parametrize("name", ["linear", "undercomplete"])
def test_a_small_run_has_its_panel_too(name, trained, tmp_path, monkeypatch):
    """8×8 digits: fewer pixels than some codes of the sweep, and no series that ships."""
    run = trained(name)
    shutil.copytree(run.path, tmp_path / "runs" / run.id)
    monkeypatch.setattr(Calls, "study", lambda self, path, kind: answers.study(str(path), kind))
    app = open_page(name, view=TABS[name], run=run.id)
    assert not app.exception and not app.error
    assert name == "linear" or "Train all 7 runs" in [button.label for button in app.button]


@pytest.mark.parametrize("name", TABS)
def test_an_experiment_to_try_fills_the_form(name):
    app = open_page(name, view="Guide")
    tries = [button for button in app.button if button.key.startswith(f"{name}.trial.")]
    assert len(tries) == 3
    tries[1].click().run()
    assert not app.exception and not app.error
    assert not next(b for b in app.button if b.key == f"{name}.train").disabled
