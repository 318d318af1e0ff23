"""Gradient sizes by layer in the first steps of training a deep network."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.study import Study, StudyError, Subject
from aecore.data.arrays import describe_shape

STACK = (512, 256, 128, 64)  # hidden layers each way
CODE, BATCH, STEPS, SEED = 30, 128, 300, 0
MEASURED = (0, 10, 25, 50, 100, 200, 300)  # steps
PRETRAINED = 100  # steps a pair of layers
WIDEST = 2**16  # numbers in an image: with more, the networks would take a gigabyte and minutes
MEDLEY = {  # name → activation, normalisation, optimiser, learning rate, pre-training
    "sigmoid, plain descent": ("sigmoid", "none", "sgd", 0.1, False),
    "… pre-trained": ("sigmoid", "none", "sgd", 0.1, True),
    "sigmoid, Adam": ("sigmoid", "none", "adam", 1e-3, False),
    "sigmoid, layer norm, Adam": ("sigmoid", "layer", "adam", 1e-3, False),
    "gelu, layer norm, Adam": ("gelu", "layer", "adam", 1e-3, False),
}


@dataclass(frozen=True)
class Gradients(Study):
    """Deep networks of one shape in their first steps, on the data of a run.

    names: how each was trained. layers: names of the layers, from the image to the image.
    steps (s,): when it was measured. norms (names, s, layers): ‖∂L/∂W‖ / ‖W‖ of the kernels.
    losses (names, s): binary cross-entropy a pixel of one fixed batch.
    """

    name = "gradients"
    version = 2
    names: list
    layers: list
    steps: np.ndarray
    norms: np.ndarray
    losses: np.ndarray

    @classmethod
    def of(cls, subject: Subject):
        images = subject.data.training.images
        if images[0].size > WIDEST:
            raise StudyError(
                "Images of {} are too large for this comparison; it takes up to {:,} values each.",
                describe_shape(images.shape[1:]),
                WIDEST,
            )
        results = [_watch(images, *how) for how in MEDLEY.values()]
        sizes = (*STACK, CODE, *STACK[::-1], "image")
        return cls(
            names=list(MEDLEY),
            layers=[f"{number}: {size}" for number, size in enumerate(sizes, 1)],
            steps=np.array(MEASURED),
            norms=np.array([norms for norms, _ in results], np.float32),
            losses=np.array([losses for _, losses in results], np.float32),
        )


def _watch(images: np.ndarray, activation, normalization, optimizer, rate, pretrained):
    """Trains one network; norms (s, layers) and losses (s,)."""
    import keras

    from aecore.models.deep import Deep
    from aecore.training.seeding import seeded

    with seeded(SEED):
        model = Deep(
            encoder_layers=STACK,
            latent_size=CODE,
            decoder_layers=STACK[::-1],
            activation=activation,
            normalization=normalization,
        ).build(images.shape[1:])
    if pretrained:
        _pretrain(model, images)
    descent = keras.optimizers.SGD(rate, momentum=0.9)
    descent = descent if optimizer == "sgd" else keras.optimizers.Adam(rate)
    model.compile(descent, loss="binary_crossentropy")
    kernels = [v for v in model.trainable_variables if v.name == "kernel"]
    norms, losses = [], []
    for step, batch in enumerate(_batches(images, STEPS + 1)):
        if step in MEASURED:
            loss, sizes = gradient_norms(model, kernels, images[:1000])
            losses.append(loss)
            norms.append(sizes)
        model.train_on_batch(batch, batch)
    return norms, losses


def gradient_norms(model, variables, images: np.ndarray) -> tuple[float, list[float]]:
    """Cross-entropy a pixel of images, and ‖∂L/∂v‖ / ‖v‖ of some of the model's variables."""
    import keras
    import tensorflow as tf

    with tf.GradientTape() as tape:
        outputs = model(images, training=True)
        loss = keras.ops.mean(keras.losses.binary_crossentropy(images, outputs))
    gradients = tape.gradient(loss, [v.value for v in variables])
    pairs = zip(gradients, variables, strict=True)
    return float(loss), [float(tf.norm(g) / tf.norm(v.value)) for g, v in pairs]


def _batches(images: np.ndarray, count: int):
    generator = np.random.default_rng(SEED)
    for _ in range(count):
        yield images[generator.integers(0, len(images), BATCH)]


def _pretrain(model, images: np.ndarray) -> None:
    """Each dense layer and its counterpart reconstruct their input, from the outside in."""
    import keras

    down = [layer for layer in model.get_layer("encoder").layers if layer.weights]
    up = [layer for layer in model.get_layer("decoder").layers if layer.weights][::-1]
    acts = keras.activations.sigmoid
    flow = [batch.reshape(len(batch), -1) for batch in _batches(images, PRETRAINED)]
    for depth, (reduce, restore) in enumerate(zip(down, up, strict=True)):
        width = flow[0].shape[1]
        inputs = keras.Input((width,))
        codes = reduce(inputs) if reduce.name == "code_units" else acts(reduce(inputs))
        pair = keras.Model(inputs, acts(restore(codes)))
        pair.compile(keras.optimizers.Adam(1e-3), loss="mse" if depth else "binary_crossentropy")
        for batch in flow:
            pair.train_on_batch(batch, batch)
        encode = keras.Model(inputs, codes)
        flow = [np.asarray(encode(batch)) for batch in flow]
