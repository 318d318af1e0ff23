"""A trained encoder as the start of a classifier, beside the same network from scratch."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.reconstruction import in_batches
from aecore.analysis.study import Study, Watch, unwatched
from aecore.transfer.draws import DRAWS, FEW, labelled_draw
from aecore.transfer.labelled import Labelled

PRETRAINED, SCRATCH = "pretrained", "scratch"
STEPS, BATCH, RATE = 200, 32, 1e-3  # of Adam, fixed beforehand and the same for both
JUDGED = 2000  # test samples, at most
A_REPORT = 20  # steps between reports


@dataclass(frozen=True)
class FineTuned(Study):
    """How many test samples a network gets right that is trained on few labels.

    It is the encoder with a softmax layer on the code. counts: numbers of labels, ascending.
    accuracies: "pretrained" or "scratch" → for each count the accuracy of each draw. parameters: of
    the network. judged: test samples. steps: of each training.
    """

    name = "fine-tuned"
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
    found = {name: [[] for _ in counts] for name in (PRETRAINED, SCRATCH)}
    test, truth = known.test[:JUDGED], known.truth[:JUDGED]
    done, whole = 0, 2 * DRAWS * len(counts)
    for at, count in enumerate(counts):
        for seed in range(DRAWS):
            chosen = labelled_draw(known.labels, count, seed)
            for name, start in trainer.starts(seed).items():
                stage, before = f"{count:,} labels, draw {seed + 1}, {name}", done

                def told(share: float, stage=stage, before=before) -> None:
                    watch(stage, (before + share) / whole)

                trainer.train(start, known.training[chosen], known.labels[chosen], seed, told)
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
        # all classes are equally likely at the start
        layer = keras.layers.Dense(classes, kernel_initializer="zeros", name="classes")
        self.network = network = keras.Model(copy.inputs[0], layer(code))
        self.optimizer = optimizer = keras.optimizers.Adam(RATE)
        optimizer.build(network.trainable_variables)
        self._head = layer.get_weights()
        self._copy = copy
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

        self._train, self._layer = train, layer

    def starts(self, seed: int) -> dict[str, list[np.ndarray]]:
        """The weights of the encoder that a training begins with: trained, and new ones."""
        import keras

        from aecore.training.seeding import seeded

        with seeded(seed):
            fresh = keras.models.clone_model(self.encoder)
        return {PRETRAINED: self.encoder.get_weights(), SCRATCH: fresh.get_weights()}

    def train(self, start: list[np.ndarray], samples, labels, seed: int, told) -> None:
        """Trains from the encoder's weights `start`, and from a new layer on top."""
        import tensorflow as tf

        self._copy.set_weights(start)
        self._layer.set_weights(self._head)
        for variable, value in zip(self.optimizer.variables, self._fresh, strict=True):
            variable.assign(value)
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
