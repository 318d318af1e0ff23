"""What the output of each layer of an encoder is worth to a linear classifier."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.readouts import read_layers
from aecore.analysis.reconstruction import in_batches
from aecore.analysis.study import Study, Watch, unwatched
from aecore.transfer.classifiers import linear
from aecore.transfer.draws import draws_of, labelled_draw
from aecore.transfer.labelled import Labelled
from aecore.transfer.representations import flat, scaled

COUNTS = (100, 1000)  # labels
JUDGED = 5000  # test samples, at most


@dataclass(frozen=True)
class LayerProbes(Study):
    """How many test samples linear classifiers get right on each layer's output.

    widths: of the layers, from the values of the sample to the code. counts: numbers of labels,
    ascending. accuracies: for each layer and each count the accuracy of each draw. judged: test
    samples.
    """

    name = "layer-probes"
    widths: list
    counts: list
    accuracies: list
    judged: int


def layer_probes(model, known: Labelled, watch: Watch = unwatched) -> LayerProbes:
    """Fits a linear classifier to each layer's output on the same draws.

    Args:
        watch: told of each draw; it may raise to end this.
    """
    import keras

    watch("Encoding", 0.0)
    encoder = model.get_layer("encoder")
    taps = keras.Model(encoder.inputs[0], list(read_layers(encoder).values()))
    size = len(known.labels)
    counts = [c for c in COUNTS if len(np.unique(known.labels)) <= c <= size] or [size]
    draws = {
        (count, seed): labelled_draw(known.labels, count, seed)
        for count in counts
        for seed in range(draws_of(count, size))
    }
    used = np.unique(np.concatenate(list(draws.values())))
    test, truth = known.test[:JUDGED], known.truth[:JUDGED]
    before, after = (in_batches(taps, part) for part in (known.training[used], test))
    widths, accuracies = [], []
    layers = [(known.training[used], test), *zip(before, after, strict=True)]
    for number, pair in enumerate(layers):
        training, judged = scaled(*map(flat, pair))
        widths.append(training.shape[1])
        accuracies.append([[] for _ in counts])
        for done, ((count, seed), places) in enumerate(draws.items()):
            told = f"Layer {number}, {count:,} labels, draw {seed + 1}"
            watch(told, (number + done / len(draws)) / len(layers))
            fitted = linear(training[np.searchsorted(used, places)], known.labels[places])
            accuracies[-1][counts.index(count)].append(float(fitted.score(judged, truth)))
    return LayerProbes(widths, counts, accuracies, len(truth))
