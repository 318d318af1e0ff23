"""Studies are kept with the run; series find what has been trained."""

import os
from dataclasses import dataclass

import keras
import numpy as np
import pytest
from made_runs import made_run
from small import small_experiment

from aecore.analysis.principal import PcaCurve, principal_components
from aecore.analysis.study import Study, StudyError, Subject
from aecore.compute.answers import study as study_in_worker
from aecore.compute.training import train
from aecore.data.datasets import load
from aecore.models import AUTOENCODERS
from aecore.runs import series as shipped_series
from aecore.runs import studies
from aecore.runs.files import write_arrays
from aecore.runs.same_model import ModelReplaced
from aecore.runs.series import figures, results
from aecore.runs.store import RunStore
from aecore.training.comparisons import all_series, varied
from aecore.training.experiment import Experiment


@dataclass(frozen=True)
class Brightness(Study):
    """The mean output of test images, (classes,), and how many there were."""

    name = "brightness"
    means: np.ndarray
    count: int
    words: dict

    @classmethod
    def of(cls, subject: Subject):
        outputs = np.asarray(subject.model(subject.data.test.images))
        return cls(outputs.mean(axis=(1, 2, 3)), len(outputs), {"kind": subject.corruption[0]})


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    run = RunStore(tmp_path_factory.mktemp("runs")).create(small_experiment("linear"))
    train(run)
    return run


def test_a_study_is_made_once_and_kept(run, monkeypatch):
    monkeypatch.setitem(studies.STUDIES, "linear", (Brightness,))
    assert studies.kept(run, Brightness) is None
    made = study_in_worker(str(run.path), "brightness")
    kept = studies.kept(run, Brightness)
    assert made.count == kept.count == 360 and kept.words == {"kind": "none"}
    np.testing.assert_array_equal(made.means, kept.means)
    monkeypatch.setattr(Brightness, "version", 2)
    assert studies.kept(run, Brightness) is None
    run.study_path("brightness").write_bytes(b"not arrays")
    assert studies.kept(run, Brightness) is None


def test_a_study_of_a_model_that_is_replaced_meanwhile_is_not_kept(run, monkeypatch):
    class Late(Brightness):
        name = "late"

        @classmethod
        def of(cls, subject: Subject):
            os.utime(run.model_path)
            return super().of(subject)

    monkeypatch.setitem(studies.STUDIES, "linear", (Late,))
    with pytest.raises(ModelReplaced, match="trained further in the meantime"):
        study_in_worker(str(run.path), "late")
    assert studies.kept(run, Late) is None


def test_a_model_that_learnt_a_part_is_compared_with_pca_of_this_part(run, tmp_path):
    part = RunStore(tmp_path).create(small_experiment("linear", normal=(1,)))
    train(part)
    ones, everything = load("digits", None, (1,)), load("digits")
    for each, data, learnt in ((part, ones, len(ones.training.images)), (run, everything, 0)):
        made = study_in_worker(str(each.path), "pca")
        errors = principal_components(data.training.images).errors(data.test.images, made.sizes)
        np.testing.assert_allclose(made.sse, errors.mean(axis=1), rtol=1e-5)
        kept = studies.kept(each, PcaCurve)
        assert kept is not None and made.of_part == kept.of_part == learnt
    model = keras.models.load_model(part.model_path, compile=False)
    unfair = PcaCurve.of(Subject(model, everything, ("none", 0.0)))  # as it was made before
    write_arrays(part.study_path("pca"), unfair.to_arrays())
    assert studies.kept(part, PcaCurve) is None
    assert studies.kept(run, PcaCurve) is not None  # as all that ship
    many = RunStore(tmp_path).create(small_experiment("linear", samples=5000))
    assert studies.learnt(many) == studies.ALL == studies.learnt(run)  # there are fewer
    assert studies.learnt(part) == (None, (1,))


def test_what_is_no_study_says_so():
    with pytest.raises(StudyError, match="brightness"):
        Brightness.from_arrays({"words": np.array("{}")})
    with pytest.raises(StudyError):
        Brightness.from_arrays({})


def test_a_series_finds_its_runs(run, tmp_path, monkeypatch):
    monkeypatch.setattr(shipped_series, "SHIPPED_MODELS", tmp_path)
    base = small_experiment("linear")
    series = varied(base, {"8": ({}, {}), "4": ({"latent_size": 4}, {})}, "Sizes")
    found = results(series, RunStore(run.path.parent))
    assert list(found) == ["8"] and found["8"].run.id == run.id
    assert found["8"].figures["code_size"] == 8 and found["8"].figures["sse"] > 0
    (tmp_path / "linear").mkdir()
    shipped_series.ship_figures("linear", [(series.points["4"], {"sse": 1.5})])
    found = results(series, RunStore(tmp_path / "none"))
    assert found["4"].figures == {"sse": 1.5} and found["4"].run is None


@pytest.mark.parametrize(
    ("state", "patience", "kept"),
    [("finished", 2, 0.25), ("diverged", 2, 0.25), ("stopped", 2, 0.5), ("finished", 0, 0.5)],
)
def test_the_losses_are_those_of_the_weights_that_were_kept(tmp_path, state, patience, kept):
    run = made_run(RunStore(tmp_path), state=state, patience=patience)
    run.write_history([{"loss": 2 * loss, "val_loss": loss} for loss in (1.0, 0.25, 0.5)])
    found = figures(run)
    assert (found["val_loss"], found["loss"], found["epoch"]) == (kept, 2 * kept, 3)


@pytest.mark.parametrize("dataset", ["mnist", "cifar10"])
def test_the_series_of_every_type_are_experiments(key, dataset):
    base = Experiment.of(key, dataset=dataset)
    for series in all_series(base):
        assert len(series.points) > 1 and series.title
        for experiment in series.points.values():
            assert isinstance(experiment.autoencoder, AUTOENCODERS[key])
            assert experiment.dataset == dataset
