"""Detectors of all kinds of data: what they learn from, what they judge, what they say of it."""

import dataclasses
from typing import Any

import keras
import numpy as np
import pytest
from detecting import runs_of_every_kind
from keras.models import load_model
from made_sets import collect, record
from small import small_experiment

from aecore.compute import answers, training
from aecore.compute.training import train
from aecore.data.datasets import load, source
from aecore.data.own import measured, own_directory
from aecore.data.series.windows import covering
from aecore.data.splits import DataUnavailable
from aecore.data.stored import stored_labels, stored_places
from aecore.detection import judging
from aecore.detection.data import Judged, judged_data, truth_of
from aecore.detection.detector import Detector
from aecore.detection.judgement import Judgement, judge, noticed
from aecore.detection.judging import NotJudged, fit_detector, judge_new, judge_stretch
from aecore.detection.over_time import events
from aecore.detection.reasons import reasons
from aecore.detection.scores import SCORES, usual
from aecore.detection.thresholds import at_value
from aecore.models.base import for_use
from aecore.models.linear import Linear
from aecore.runs import control, detectors
from aecore.runs.files import write_arrays
from aecore.runs.run import Run, RunDamaged
from aecore.runs.same_model import ModelReplaced
from aecore.runs.store import RunStore
from aecore.training.experiment import Experiment


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run of each kind of data by its name, trained when first asked for."""
    with runs_of_every_kind(tmp_path_factory.mktemp("detectors")) as of:
        yield of


def model_of(run: Run) -> Any:
    return load_model(run.model_path, compile=False)


def judgement_of(run: Run, score: str = "error") -> Judgement:
    return detectors.make_judgement(run, model_of(run), score)


@pytest.mark.parametrize("name", ["image", "table", "apart"])
def test_normal_test_data_and_all_that_was_not_learnt_is_judged(made, name):
    run = made(name)
    normal, whole = run.recipe.normal, load(run.dataset)
    parts = (whole.training, whole.validation, whole.test)
    judged = judged_data(run.dataset, run.source, normal)
    assert set(np.unique(judged.training, axis=0).shape[1:]) == set(run.shape)
    others = sum((~np.isin(part.labels, normal)).sum() for part in parts)
    tested = np.isin(whole.test.labels, normal).sum()
    assert (judged.truth == 1).sum() == others and (judged.truth == 0).sum() == tested
    assert not judged.learnt.any() and len(set(judged.where)) == len(judged.where)
    stored = np.concatenate(stored_places(run.dataset))
    assert sorted(stored) == list(range(sum(map(len, parts))))
    everything = np.concatenate([part.images for part in parts])[np.argsort(stored)]
    np.testing.assert_array_equal(everything[judged.where], judged.samples)


def test_places_are_those_of_the_files(made):
    run = made("table")
    where = judged_data(run.dataset, run.source, run.recipe.normal).where
    samples = judged_data(run.dataset, run.source, run.recipe.normal).samples
    rows = run.source.table.preparation.apply(np.array(measured(run.dataset)))
    np.testing.assert_array_equal(rows[where], samples)


def test_a_series_is_judged_as_a_whole_and_says_what_was_learnt(made):
    run = made("series")
    judged, data = judged_data(run.dataset, run.source, (0,)), load(run.dataset, None, (0,))
    values, labels = measured(run.dataset), stored_labels(run.dataset)
    assert len(judged.truth) == len(values) == 1200
    np.testing.assert_array_equal(judged.truth, labels != 0)
    learnt = np.zeros(1200, bool)
    for start in (*data.training.starts, *data.validation.starts):
        learnt[start : start + run.shape[0]] = True
    np.testing.assert_array_equal(judged.learnt, learnt)
    assert not (judged.learnt & (judged.truth == 1)).any()  # no anomaly was learnt


def test_steps_in_a_gap_are_neither_normal_nor_anomalies(made, tmp_path, monkeypatch):
    run = made("series")
    detector, values = judgement_of(run).detector, np.array(measured(run.dataset))
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path))
    gaps = ((600, 630), (1100, 1110))
    lines = ["time,load,heat,state"]
    for i, (one, other) in enumerate(values):
        if not any(first <= i < last for first, last in gaps):
            time = np.datetime64("2024-01-01T00:00") + np.timedelta64(i, "h")
            state = "ok" if 500 <= i < 1000 else "idle"  # most frequent, the first class
            lines.append(f"{time},{one:.4f},{other:.4f},{state}")
    key = record(content="\n".join(lines).encode())
    judged = judged_data(key, source(key), (1,))
    gap = np.isnan(measured(key)).all(axis=1)
    assert [tuple(each) for each in events(gap)] == list(gaps)
    assert set(judged.truth[gap]) == {-1} and set(judged.truth[~gap]) == {0, 1}
    found = judge(model_of(run), judged, detector)
    for scores in (found.scores, *found.baselines.values()):  # at its edges, too
        np.testing.assert_array_equal(np.isnan(scores), gap)
    series = source(key).series
    stretch = judge_stretch(model_of(run), detector, series, measured(key), judged.time.starts)
    np.testing.assert_allclose(stretch.scores, found.scores, rtol=1e-5)


@pytest.mark.parametrize("name", ["image", "table", "series", "apart"])
def test_a_judgement_is_kept_with_its_run_and_read_again(made, name):
    run = made(name)
    found = judgement_of(run)
    again = detectors.kept_judgement(run)
    assert again is not None
    for field in dataclasses.fields(Judgement):
        one, other = getattr(found, field.name), getattr(again, field.name)
        if isinstance(one, np.ndarray):
            np.testing.assert_array_equal(one, other)
    assert found.baselines.keys() == again.baselines.keys()
    assert detectors.needed_detector(run).threshold == again.detector.threshold
    normal = [run.source.classes[place] for place in run.recipe.normal]
    assert (again.detector.dataset, list(again.detector.normal)) == (run.dataset, normal)
    chosen = found.scores[found.shown]
    assert len(chosen) and (name == "series" or (np.diff(chosen) <= 0).all())
    sums = found.reasons.reshape(len(chosen), -1).sum(axis=1)
    assert sums == pytest.approx(1, abs=1e-4)
    assert len(found.starts) == (len(found.shown) if name == "series" else 0)
    if name == "series":
        assert not found.learnt[found.shown].any()


def test_a_kept_detector_judges_again_until_another_score_is_asked_for(made):
    run = made("table")
    first = judgement_of(run, "error")
    by_hand = at_value(first.detector.calibration, 0.5)
    detectors.keep_detector(run, dataclasses.replace(first.detector, threshold=by_hand))
    again = answers.judge(str(run.path), "")
    assert again.detector.threshold == by_hand
    np.testing.assert_array_equal(again.scores, first.scores)
    other = answers.judge(str(run.path), "code")
    assert other.detector.score == "code" == detectors.needed_detector(run).score
    assert other.detector.threshold.rule == "false alarms"
    with pytest.raises(NotJudged, match="cannot be judged by the score dissimilarity"):
        answers.judge(str(run.path), "dissimilarity")


def test_a_detector_of_few_samples_is_read_again(made):
    run = made("convolutional")
    fitted = detectors.fit(run, model_of(run), "places")
    again = Detector.from_plain(fitted.to_dict(), fitted.to_arrays())
    np.testing.assert_array_equal(fitted.calibration, again.calibration)


def test_a_damaged_detector_is_replaced_by_the_next_judgement(made):
    run = made("table")
    judgement_of(run)
    (run.path / detectors.ARRAYS).write_bytes(b"cut off")
    with pytest.raises(RunDamaged):
        detectors.needed_detector(run)
    judgement_of(run, "")
    assert detectors.needed_detector(run).score == usual(run.source.kind, run.key)


def test_shuffled_labels_change_no_detector(made, monkeypatch):
    """What is known of the data is looked at only once score and threshold are fixed."""
    run = made("image")
    everything = run.recipe.replace(normal=())
    monkeypatch.setitem(vars(run), "experiment", everything)
    model = model_of(run)
    before = detectors.fit(run, model)
    whole = load(run.dataset)
    rng = np.random.default_rng(0)
    shuffled = dataclasses.replace(
        whole,
        **{
            part: dataclasses.replace(
                getattr(whole, part), labels=rng.permutation(getattr(whole, part).labels)
            )
            for part in ("training", "validation", "test")
        },
    )
    monkeypatch.setattr("aecore.detection.data.load", lambda *_: shuffled)
    after = detectors.fit(run, model)
    assert (before.score, before.threshold) == (after.score, after.threshold)
    for name, value in before.state.items():
        np.testing.assert_array_equal(value, after.state[name])


def test_anomalies_change_no_detector(made, monkeypatch):
    """Nor do samples of the classes that were not learnt, whatever they are."""
    run = made("table")
    model, normal = model_of(run), run.recipe.normal
    before = detectors.fit(run, model)
    judged = judged_data(run.dataset, run.source, normal)
    noise = dataclasses.replace(judged, samples=-judged.samples, truth=1 - judged.truth)
    monkeypatch.setattr(detectors, "judged_data", lambda *_: noise)
    after = detectors.fit(run, model)
    assert before.threshold == after.threshold
    np.testing.assert_array_equal(before.calibration, after.calibration)


@pytest.mark.parametrize("name", ["image", "table", "apart"])
def test_new_samples_are_judged_as_those_of_the_data_set(made, name):
    run = made(name)
    found = judgement_of(run)
    samples = judged_data(run.dataset, run.source, run.recipe.normal).samples
    judge, layout = (model_of(run), found.detector), run.source.layout
    new = judge_new(*judge, samples, layout)
    np.testing.assert_allclose(new.scores, found.scores, rtol=1e-5)
    np.testing.assert_array_equal(new.flagged, found.scores > found.detector.threshold.value)
    np.testing.assert_allclose(new.reasons[found.shown], found.reasons, atol=1e-4)
    assert len(judge_new(*judge, samples[:0], layout).scores) == 0
    if name != "image":
        empty = judge_new(*judge, np.full_like(samples[:2], np.nan), layout)
        assert np.isnan(empty.scores).all() and not empty.flagged.any()


@pytest.mark.parametrize("score", ["error", "whitened", "residual", "combined"])
@pytest.mark.parametrize("shape", [(12,), (6, 2)])
def test_normal_samples_with_holes_are_not_flagged_for_them(shape, score):
    generator = np.random.default_rng(0)
    axes = np.linalg.qr(generator.normal(size=(12, 3)))[0].T  # (3, 12)

    def normal(count: int) -> np.ndarray:
        noise = generator.normal(0, 0.02, (count, 12))
        rows = generator.normal(size=(count, 3)) @ axes + noise
        return rows.reshape(count, *shape).astype(np.float32)

    model = for_use(Linear(latent_size=3).build(shape))
    down = model.get_layer("encoder").get_layer("code_units")
    up = model.get_layer("decoder").get_layer("pixels")
    down.set_weights([axes.T, np.zeros(3)])
    up.set_weights([axes, np.zeros(12)])
    layout = (1,) * 12 if len(shape) == 1 else ()
    nothing = np.zeros(0)
    judged = Judged(normal(1500), normal(1000), nothing, nothing, nothing, nothing, nothing)
    detector = fit_detector(model, judged, score, (), "made", 0.05, layout)
    samples = normal(1000)
    samples.reshape(1000, 12)[np.arange(1000)[:, None], [[1, 4, 8]]] = np.nan
    found = judge_new(model, detector, samples, layout)
    assert found.flagged.mean() < 0.12
    odd = np.where(np.isnan(samples), np.nan, 2 * generator.normal(size=samples.shape))
    assert judge_new(model, detector, odd.astype(np.float32), layout).flagged.mean() > 0.95


def test_a_stretch_is_judged_as_the_series_that_it_is_of(made):
    run = made("series")
    found, values = judgement_of(run), np.array(measured(run.dataset))
    starts = covering(values, run.source.series.length, run.source.series.stride)
    new = judge_stretch(model_of(run), found.detector, run.source.series, values, starts)
    np.testing.assert_allclose(new.scores, found.scores, rtol=1e-5)
    assert new.outputs.shape == new.reasons.shape == values.shape
    assert new.reasons.sum(axis=1) == pytest.approx(1)


def test_a_step_is_flagged_when_all_its_windows_are(made):
    run = made("series")
    judgement_of(run)
    series, values = run.source.series, np.array(measured(run.dataset))[:200]
    values[100] += 50  # one step alone
    starts = covering(values, series.length, 1)
    detector = detectors.needed_detector(run)
    high = dataclasses.replace(detector, threshold=at_value(detector.calibration, 20.0))
    new = judge_stretch(model_of(run), high, series, values, starts)
    assert np.flatnonzero(new.flagged).tolist() == [100]


def test_reasons_are_shares_of_the_squared_error():
    rows, rebuilt = np.array([[1, np.nan, 0, 1]], np.float32), np.array([[0, 5, 2, 3]], np.float32)
    np.testing.assert_allclose(reasons(rows, rebuilt, (1, 1, 2)), [[1 / 9, 0, 8 / 9]])
    image = np.zeros((1, 2, 2, 3), np.float32)
    output = image.copy()
    output[0, 1, 0] = 1
    np.testing.assert_allclose(reasons(image, output), [[[0, 0], [1, 0]]])
    np.testing.assert_array_equal(reasons(image, image), np.zeros((1, 2, 2)))
    windows = np.zeros((1, 2, 2), np.float32)
    np.testing.assert_allclose(reasons(windows, windows + np.array([1, 3])), [[[0.05, 0.45]] * 2])


def test_labels_that_are_missing_are_unknown(made):
    people = source(made("table").dataset)
    named = dataclasses.replace(people, classes=("bad", "ok", "(no label)"))
    labels = np.array([0, 1, 2])
    assert truth_of(labels, named, (1,)).tolist() == [1, 0, -1]
    assert truth_of(labels, named, ()).tolist() == [1, 0, -1]  # by the one that was named normal
    assert truth_of(labels, source("mnist"), ()).tolist() == [-1, -1, -1]
    assert truth_of(labels, source("mnist"), (1,)).tolist() == [1, 0, 1]


def test_what_a_judgement_cannot_tell_is_a_sentence(made):
    found = judgement_of(made("image"))
    few = ["With 20 normal validation samples"]
    truth = found.truth
    assert [note[:33] for note in noticed(found, truth)] == few

    def told(truth=truth, **changes) -> str:
        return " ".join(noticed(dataclasses.replace(found, **changes), truth))

    assert "have no labels" in told(np.full_like(truth, -1))
    assert "No judged sample is an anomaly" in told(np.zeros_like(truth))
    assert "All judged samples are anomalies" in told(np.ones_like(truth))
    same = dataclasses.replace(found.detector, calibration=np.full(30, 0.25))
    assert "have the same score" in told(detector=same)


def test_few_normal_samples_are_calibrated_by_what_others_taught(monkeypatch):
    layers = keras.layers
    encoder = keras.Sequential([layers.Input((1100,)), layers.Dense(2)], name="encoder")
    still = layers.Dense(1100, kernel_initializer="zeros")
    decoder = keras.Sequential([layers.Input((2,)), still], name="decoder")
    row = layers.Input((1100,))
    model = keras.Model(row, decoder(encoder(row)))
    rows = np.random.default_rng(0).standard_normal((330, 1100)).astype(np.float32)
    none = np.zeros(0, np.int8)
    judged = Judged(rows[:10], rows[10:30], rows[:0], none, none, none, none)

    def flagged_of_new() -> tuple[float, float]:
        found = fit_detector(model, judged, "residual", (), "rows", share=0.1)
        return float(judge_new(model, found, rows[30:]).flagged.mean()), found.threshold.high

    share, most = flagged_of_new()
    assert 0.02 < share < most
    monkeypatch.setattr(judging, "ENOUGH", 0)  # learnt from and calibrated on the same
    share, most = flagged_of_new()
    assert share > most


def test_too_few_normal_samples_are_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path))
    key = collect(40, "Parts", ("good", *["bad"] * 39))
    run = RunStore(tmp_path / "runs").create(Experiment.of("linear", dataset=key, normal=(1,)))
    status = train(run)
    assert status.state == "failed" and "at least 2 and 1 are needed" in status.message
    with pytest.raises(DataUnavailable, match="at least 2 and 1 are needed"):
        judged_data(key, source(key), (1,))
    assert own_directory().exists() and run.path.exists()  # nothing is lost


def test_data_that_is_all_the_same_is_judged_by_every_score(made, monkeypatch):
    run = made("convolutional")
    model, judged = model_of(run), judged_data(run.dataset, run.source, (0, 1))
    grey = np.full_like(judged.training, 0.5)
    same = dataclasses.replace(judged, training=grey, validation=grey[:20], samples=grey[:50])
    monkeypatch.setattr(detectors, "judged_data", lambda *_: same)
    exact = judging.features

    def rounded_otherwise(model, samples, rounds):
        found, most = exact(model, samples, rounds), np.float32(np.inf)
        parts = {name: getattr(found, name) for name in ("outputs", "codes", "maps")}
        moved = {name: np.nextafter(part, most) for name, part in parts.items()}
        return dataclasses.replace(found, **moved)

    for key, score in SCORES.items():
        if score.takes(run.source.kind, run.key):
            found = detectors.fit(run, model, key)
            new = judge_new(model, found, same.samples)
            assert np.isfinite(new.scores).all() and not new.flagged.any(), key
            with monkeypatch.context() as elsewhere:
                elsewhere.setattr(judging, "features", rounded_otherwise)
                assert not judge_new(model, found, same.samples).flagged.any(), key
            odd = judge_new(model, found, judged.samples[:1])
            assert np.isfinite(odd.scores).all() and odd.flagged.all(), key


def test_another_model_of_a_run_has_no_detector_yet(tmp_path):
    run = RunStore(tmp_path).create(small_experiment("linear", normal=(0, 1)))
    train(run)
    judgement_of(run)
    assert detectors.kept_detector(run) is not None
    control.continue_training(run, 1, 1e-3)
    train(run)
    assert detectors.kept_detector(run) is None and detectors.kept_judgement(run) is None


def test_a_judgement_that_began_before_a_continued_training_ended_is_not_kept(
    tmp_path, monkeypatch
):
    run = RunStore(tmp_path).create(small_experiment("linear", normal=(0, 1)))
    train(run)
    control.continue_training(run, 1, 1e-3)
    judge, write = detectors.judge, training.write_whole

    def slow(*given):
        found = judge(*given)
        train(run)
        return found

    def write_late(path, fill):
        write(path, fill)
        write_arrays(run.study_path("late"), {"of": np.array("the old weights")})

    monkeypatch.setattr(detectors, "judge", slow)
    monkeypatch.setattr(training, "write_whole", write_late)
    with pytest.raises(ModelReplaced):
        judgement_of(run)
    assert detectors.kept_detector(run) is None and detectors.kept_judgement(run) is None
    assert not list(run.path.glob("study-*"))


@pytest.mark.parametrize("shape", [(9, 9, 1), (8, 8, 3)])
def test_samples_of_another_shape_are_refused(made, shape):
    run = made("image")
    judgement_of(run)
    with pytest.raises(NotJudged, match=r"takes samples of 8 × 8 grey, not of"):
        judge_new(model_of(run), detectors.needed_detector(run), np.zeros((2, *shape), np.float32))


def test_a_model_that_gives_no_numbers_is_refused(made):
    run = made("image")
    model = model_of(run)
    model.set_weights([weights * np.nan for weights in model.get_weights()])
    with pytest.raises(NotJudged, match="gives no numbers"):
        detectors.fit(run, model, "error")


def test_a_damaged_detector_is_named(made, tmp_path):
    run = made("image")
    found = judgement_of(run).detector
    words, arrays = found.to_dict(), found.to_arrays()
    assert Detector.from_plain(words, arrays) is not None
    older = {name: word for name, word in words.items() if name != "rounds"}
    assert Detector.from_plain(older, arrays).rounds == 0
    bad = [
        ({**words, "version": 2}, arrays),
        ({**words, "score": "guess"}, arrays),
        ({**words, "normal": [3]}, arrays),
        ({**words, "threshold": {**words["threshold"], "value": float("nan")}}, arrays),
        ({**words, "threshold": {**words["threshold"], "low": 2}}, arrays),
        *(({**words, "rounds": rounds}, arrays) for rounds in (-1, 17, 2.0, True, "2", None)),
        ({**words, "threshold": {**words["threshold"], "rule": "whim"}}, arrays),
        (words, {}),
        (words, {**arrays, "calibration": arrays["calibration"][::-1]}),
        (words, {**arrays, "calibration": np.zeros((2, 2))}),
        ([], arrays),
    ]
    for plain in bad:
        with pytest.raises(ValueError):
            Detector.from_plain(*plain)
    other = Run(tmp_path)
    assert detectors.kept_detector(other) is None
    with pytest.raises(RunDamaged, match="no detector yet"):
        detectors.needed_detector(other)
    (tmp_path / "detector.json").write_text("{}")
    with pytest.raises(RunDamaged, match=r"detector\.json"):
        detectors.kept_detector(other)


def test_shuffled_labels_change_no_score_in_the_protocol_of_the_benchmark(tmp_path, monkeypatch):
    """Tables of ODDS: the same training rows, the same scores, whatever is an anomaly."""
    from scipy.io import savemat

    from benchmarks import anomalies, anomaly_data

    rng = np.random.default_rng(0)
    rows, truth = rng.normal(size=(120, 4)), np.arange(120) % 10 == 0
    rows[truth] += 4
    (tmp_path / "odds").mkdir()
    found = []
    monkeypatch.setattr(anomaly_data, "ODDS", ("tiny",))

    def noted(truth: np.ndarray, scores: np.ndarray) -> float:
        found.append((truth, scores))
        return 0.0

    monkeypatch.setattr(anomalies, "roc_auc", noted)
    for labels in (truth, rng.permutation(truth)):
        savemat(tmp_path / "odds" / "tiny.mat", {"X": rows, "y": labels[:, None].astype(int)})
        anomalies.odds(tmp_path, quick=True)
    first, second = found[: len(found) // 2], found[len(found) // 2 :]
    assert len(first) == 1 + 4  # the network and the baselines of tables
    for (one, scores), (other, again) in zip(first, second, strict=True):
        assert (one != other).any()
        np.testing.assert_array_equal(scores, again)
