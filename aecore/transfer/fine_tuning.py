"""A trained encoder as the start of a classifier, beside the same network from scratch."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.reconstruction import in_batches
from aecore.analysis.study import Study, Watch, unwatched
from aecore.transfer.draws import FEW, draws_of, labelled_draw
from aecore.transfer.labelled import Labelled
from aecore.transfer.probe_head import ProbeHead
from aecore.transfer.representations import codes_of

PRETRAINED, SCRATCH, PROBE = "pretrained", "scratch", "probe"
STEPS, BATCH = 200, 32  # of Adam, the same for both
RATE = 3e-3  # the better of 1e-3 and 3e-3 for both on validation images of MNIST, 1,000 labels
JUDGED = 2000  # test samples, at most
A_REPORT = 20  # steps between reports
Weights = list[np.ndarray]


@dataclass(frozen=True)
class FineTuned(Study):
    """How many test samples a network gets right that is trained on few labels.

    It is the encoder with a softmax layer on the code. counts: numbers of labels, ascending.
    accuracies: "pretrained", "scratch", or "probe", which is the first before it is trained → for
    each count the accuracy of each draw. parameters: of the network. judged: test samples. steps:
    of each training.
    """

    name = "fine-tuned"
    version = 2
    counts: list
    accuracies: dict
    parameters: int
    judged: int
    steps: int


def fine_tuned(model, known: Labelled, watch: Watch = unwatched) -> FineTuned:
    """Trains both networks on the same draws, in the same number of steps.

    Args:
        watch: told a few times a second; it may raise to end this.
    """
    watch("Preparing", 0.0)
    encoder, classes = model.get_layer("encoder"), int(known.labels.max()) + 1
    trainer = Trainer(encoder, classes)
    size = len(known.labels)
    kinds = len(np.unique(known.labels))
    counts = [count for count in FEW if kinds <= count <= size] or [min(size, FEW[-1])]
    found = {name: [[] for _ in counts] for name in (PRETRAINED, SCRATCH, PROBE)}
    heads = ProbeHead(codes_of(encoder, known.training), classes)
    test, truth = known.test[:JUDGED], known.truth[:JUDGED]
    done, whole = 0, 2 * sum(draws_of(count, size) for count in counts)
    for at, count in enumerate(counts):
        for seed in range(draws_of(count, size)):
            chosen = labelled_draw(known.labels, count, seed)
            samples, labels = known.training[chosen], known.labels[chosen]
            probe = heads.fitted(chosen, labels)
            for name, start in trainer.starts(seed, probe).items():
                stage, before = f"{count:,} labels, draw {seed + 1}, {name}", done

                def told(share: float, stage=stage, before=before) -> None:
                    watch(stage, (before + share) / whole)

                trainer.begin(start)
                if name == PRETRAINED:
                    found[PROBE][at].append(trainer.accuracy(test, truth))
                trainer.train(samples, labels, seed, told)
                found[name][at].append(trainer.accuracy(test, truth))
                done += 1
    return FineTuned(counts, found, trainer.network.count_params(), len(truth), STEPS)


class Trainer:
    """A network that is trained again and again from given weights, compiled once."""

    def __init__(self, encoder, classes: int):
        import keras
        import tensorflow as tf

        self.encoder = encoder
        copy = keras.models.clone_model(encoder)
        code = keras.layers.Flatten(name="code_to_classify")(copy.outputs[0])
        layer = keras.layers.Dense(classes, name="classes")
        self.network = network = keras.Model(copy.inputs[0], layer(code))
        self.optimizer = optimizer = keras.optimizers.Adam(RATE)
        optimizer.build(network.trainable_variables)
        self._copy, self._layer = copy, layer
        self._fresh = [np.array(variable) for variable in optimizer.variables]
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

        @tf.function(reduce_retracing=True)
        def train(samples, labels, batches):
            for rows in batches:
                with tf.GradientTape() as tape:
                    outputs = network(tf.gather(samples, rows), training=True)
                    cost = loss(tf.gather(labels, rows), outputs)
                variables = network.trainable_variables
                optimizer.apply(tape.gradient(cost, variables), variables)

        self._train = train

    def starts(self, seed: int, probe: Weights) -> dict[str, Weights]:
        """The weights that a training begins with: the encoder's and a probe's, and new ones.

        All classes are equally likely in the new last layer.
        """
        import keras

        from aecore.training.seeding import seeded

        with seeded(seed):
            fresh = keras.models.clone_model(self.encoder)
        none = [np.zeros_like(each) for each in probe]
        return {
            PRETRAINED: [*self.encoder.get_weights(), *probe],
            SCRATCH: [*fresh.get_weights(), *none],
        }

    def begin(self, start: Weights) -> None:
        """Sets the weights, those of the last layer at the end."""
        self._copy.set_weights(start[:-2])
        self._layer.set_weights(start[-2:])
        for variable, value in zip(self.optimizer.variables, self._fresh, strict=True):
            variable.assign(value)

    def train(self, samples, labels, seed: int, told) -> None:
        """Trains from the weights that were set."""
        import tensorflow as tf

        batches = _batches(len(samples), seed)
        samples, labels = tf.constant(samples, tf.float32), tf.constant(labels, tf.int32)
        for first in range(0, STEPS, A_REPORT):
            told(first / STEPS)
            self._train(samples, labels, tf.constant(batches[first : first + A_REPORT]))

    def accuracy(self, samples: np.ndarray, truth: np.ndarray) -> float:
        """The share of samples that get the right class."""
        outputs = in_batches(self.network, samples)[0]
        return float((outputs.argmax(axis=1) == truth).mean())


def _batches(count: int, seed: int) -> np.ndarray:
    """Which samples each step sees, (STEPS, batch): one pass after the other, each in new order."""
    rng, size = np.random.default_rng(seed), min(BATCH, count)
    needed = STEPS * size
    passes = [rng.permutation(count) for _ in range(-(-needed // count))]
    return np.concatenate(passes)[:needed].reshape(STEPS, size).astype(np.int32)
