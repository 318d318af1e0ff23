"""Few labels: draws, scikit-learn's classifiers on the code, verdicts."""

import dataclasses

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from tiny import dataset, linear_network

from aecore.data.datasets import SOURCES
from aecore.data.series.making import UNLABELLED
from aecore.data.splits import Dataset, Split
from aecore.transfer.classifiers import LINEAR, NEIGHBOURS, STRENGTHS, USUAL, best_strength
from aecore.transfer.comparing import difference, mean
from aecore.transfer.draws import counts_of, draws_of, labelled_draw
from aecore.transfer.few_labels import FewLabels, few_labels
from aecore.transfer.fine_tuning import PRETRAINED, PROBE, SCRATCH, Trainer, fine_tuned
from aecore.transfer.labelled import Labelled, NotClassified, labelled
from aecore.transfer.layers import layer_probes
from aecore.transfer.probe_head import ProbeHead
from aecore.transfer.representations import CODE, PCA, RAW, components, scaled
from aecore.transfer.verdict import sentence, verdict

SHAPE, COUNT = (4, 4, 1), 240
SOURCE = dataclasses.replace(SOURCES["digits"], shape=SHAPE, classes=("dark", "grey", "light"))
DOWN = np.random.default_rng(0).normal(size=(16, 5))


@pytest.fixture(scope="module")
def known():
    return labelled(dataset(SHAPE, COUNT), SOURCE)


@pytest.fixture(scope="module")
def found(known):
    return few_labels(linear_network(DOWN, DOWN.T, SHAPE), known)


def test_draws_are_seeded_balanced_and_contain_each_other():
    labels = np.repeat([0, 1, 2], [200, 90, 4])
    draw = labelled_draw(labels, 30, seed=1)
    assert np.array_equal(draw, labelled_draw(labels, 30, seed=1)) and len(set(draw)) == 30
    assert not np.array_equal(draw, labelled_draw(labels, 30, seed=2))
    assert np.bincount(labels[draw]).tolist() == [13, 13, 4]  # the others fill up
    assert np.array_equal(draw[:10], labelled_draw(labels, 10, seed=1))
    assert sorted(labelled_draw(labels, 294, seed=1)) == list(range(294))


def test_as_many_labels_are_tried_as_there_are():
    assert counts_of(55_000, 10) == [10, 100, 1000, 5000]
    assert counts_of(240, 3) == [10, 100, 240] and counts_of(240, 26) == [100, 240]
    assert draws_of(100, 240) == 5 and draws_of(240, 240) == 1


def test_the_classifiers_are_those_of_scikit_learn_on_the_codes(known, found):
    assert found.counts == [10, 100, COUNT] and (found.size, found.components) == (5, 5)
    codes = scaled(known.training.reshape(-1, 16) @ DOWN, known.test.reshape(-1, 16) @ DOWN)
    chosen = labelled_draw(known.labels, 100, seed=3)
    before, labels = codes[0][chosen], known.labels[chosen]
    strength = best_strength(before, labels)
    expected = LogisticRegression(C=strength, max_iter=300).fit(before, labels)
    score = expected.score(codes[1], known.truth)
    assert found.accuracies[CODE][LINEAR][1][3] == pytest.approx(score, abs=0.01)
    expected = KNeighborsClassifier(1).fit(before, labels).score(codes[1], known.truth)
    assert found.accuracies[CODE][NEIGHBOURS][1][3] == pytest.approx(expected, abs=0.01)
    for name in (CODE, RAW, PCA):
        drawn = [len(each) for each in found.accuracies[name][LINEAR]]
        assert drawn == [5, 5, 1] and found.accuracies[name][LINEAR][2][0] > 0.8


def test_regularisation_is_chosen_within_the_draw():
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 2
    signal = labels[:, None] * 2.0 - 1 + 0.01 * rng.normal(size=(200, 1))
    assert best_strength(signal, labels) == STRENGTHS[0]  # all are right: the smallest
    assert best_strength(signal[:2], labels[:2]) == USUAL
    faint = np.concatenate([signal * 0.02, np.full((200, 1), 1.0)], axis=1)
    faint[:, 0] += 0.004 * rng.normal(size=200)
    assert best_strength(faint, labels) in STRENGTHS


def test_progress_is_told_and_may_end_it(known):
    told = []

    def watch(stage, fraction):
        told.append(fraction)
        if fraction > 0.02:
            raise NotClassified("Enough.")

    with pytest.raises(NotClassified, match="Enough"):
        few_labels(linear_network(DOWN, DOWN.T, SHAPE), known, watch)
    assert len(told) > 2 and told == sorted(told)


def test_components_beside_a_code():
    assert components(32, 784) == 32 and components(1024, 784) == 64 and components(80, 64) == 32


def test_without_classes_there_is_a_sentence():
    data = dataset(SHAPE)
    same = Split(data.test.images, np.zeros(60, int))
    with pytest.raises(NotClassified, match="are of one class"):
        labelled(Dataset(same, same, same), SOURCE)
    rows = Split(np.full((6, 2), np.nan, np.float32), np.array([0, 1, 2, 0, 1, 2]))
    table = dataclasses.replace(SOURCE, shape=(2,), classes=("a", "b", UNLABELLED))
    known = labelled(Dataset(rows, rows, rows), table)
    assert known.labels.tolist() == [0, 1, 0, 1] and known.available == 4
    assert not known.training.any()  # what is missing is the mean
    none = Split(rows.images, np.full(6, 2))
    with pytest.raises(NotClassified, match="no labels"):
        labelled(Dataset(none, none, none), table)


def test_intervals_are_those_of_students_t():
    drawn = [0.5, 0.6, 0.7, 0.6, 0.6]
    expected = 2.776 * np.std(drawn, ddof=1) / np.sqrt(5)
    assert mean(drawn).value == pytest.approx(0.6)
    assert mean(drawn).half == pytest.approx(expected)
    assert np.isnan(mean([0.5]).half) and mean([0.5]).outcome == "better"
    assert difference([0.9, 0.8, 0.9], [0.5, 0.4, 0.4]).outcome == "better"
    assert difference([0.5, 0.4, 0.4], [0.9, 0.8, 0.9]).outcome == "worse"
    assert difference([0.5, 0.4, 0.4], [0.4, 0.5, 0.5]).outcome == "equal"


@pytest.mark.parametrize(
    "code, raw, words",
    [
        (0.9, 0.5, "better than on PCA, the better baseline: 90.0%"),
        (0.5, 0.9, "worse than on raw pixels, which needs no network: 50.0%"),
        (0.8, 0.2, "neither better nor worse than on PCA"),
    ],
)
def test_the_verdict_is_told_also_against_the_code(code, raw, words):
    noise = np.array([0.01, -0.01, 0.02, 0.0, -0.02])

    def drawn(value):
        return {LINEAR: [[value], (value + noise).tolist(), [value]]}

    accuracies = {CODE: drawn(code), RAW: drawn(raw), PCA: drawn(0.8)}
    accuracies[PCA][LINEAR][1] = (0.8 + noise[::-1]).tolist()
    told = verdict(FewLabels([10, 100, 1000], accuracies, 1000, 60, 5, 5, 0.3))
    names = {RAW: "raw pixels", PCA: "PCA"}
    assert told.count == 100 and words in sentence(told, names, "images")
    assert "95% interval" in sentence(told, names, "images")


def test_every_layer_is_probed_from_the_sample_to_the_code(known):
    found = layer_probes(linear_network(DOWN, DOWN.T, SHAPE), known)
    assert found.widths == [16, 5] and found.counts == [100]
    assert [len(layer[0]) for layer in found.accuracies] == [5, 5]
    again = few_labels(linear_network(DOWN, DOWN.T, SHAPE), known)
    for layer, name in zip(found.accuracies, (RAW, CODE), strict=True):
        assert np.allclose(layer[0], again.accuracies[name][LINEAR][1], atol=0.02)


def test_both_networks_are_trained_alike_from_their_own_weights():
    labels = np.arange(60) % 3
    images = 5 * np.eye(16, dtype=np.float32)[labels].reshape(-1, *SHAPE)  # a pixel for each class
    model = linear_network(DOWN, DOWN.T, SHAPE)
    encoder = model.get_layer("encoder")
    probe = [np.ones((5, 3), np.float32), np.ones(3, np.float32)]
    starts, again = (Trainer(encoder, 3).starts(4, probe) for _ in range(2))
    np.testing.assert_array_equal(starts[PRETRAINED][0], DOWN.astype(np.float32))
    assert starts[PRETRAINED][1].all() and not starts[SCRATCH][1].any()
    np.testing.assert_array_equal(starts[SCRATCH][0], again[SCRATCH][0])
    assert not np.allclose(starts[SCRATCH][0], starts[PRETRAINED][0])
    found = fine_tuned(model, Labelled(images, labels, images, labels, 60))
    assert found.counts == [10] and found.parameters == 16 * 5 + 5 * 3 + 3
    for name in (PRETRAINED, SCRATCH, PROBE):
        assert len(found.accuracies[name][0]) == 5 and np.mean(found.accuracies[name]) > 0.9
    np.testing.assert_array_equal(encoder.get_weights()[0], DOWN.astype(np.float32))  # untouched


def test_a_draw_that_takes_all_labels_is_one(known):
    few = Labelled(known.training[:10], known.labels[:10], known.test, known.truth, 10)
    model = linear_network(DOWN, DOWN.T, SHAPE)
    layers, tuned = layer_probes(model, few), fine_tuned(model, few)
    assert layers.counts == tuned.counts == [10]
    drawn = (*layers.accuracies, *tuned.accuracies.values())
    assert [len(each[0]) for each in drawn] == [1] * 5


@pytest.mark.parametrize("classes", [(0, 1, 2), (0, 2)])
def test_a_layer_with_a_probes_weights_tells_as_the_probe_does(known, classes):
    codes = known.training.reshape(-1, 16) @ DOWN + 3
    at = np.flatnonzero(np.isin(known.labels, classes))[:60]
    kernel, bias = ProbeHead(codes, 3).fitted(at, known.labels[at])
    scale = np.sqrt(np.square(codes - codes.mean(axis=0)).sum(axis=1).mean())
    places, labels = (codes - codes.mean(axis=0)) / scale, known.labels[at]
    fitted = LogisticRegression(C=best_strength(places[at], labels), max_iter=300)
    expected = fitted.fit(places[at], labels).predict_proba(places)
    logits = codes @ kernel + bias
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shares[:, classes], expected, atol=0.02)
    assert shares[:, [c for c in range(3) if c not in classes]].sum() < 1e-3
