"""Batch normalization as one operation; activations and the optimizer as compiled functions.

Keras normalizes in many elementwise operations, each of which goes through memory by itself, which
is almost half of a convolutional step. TensorFlow has all of it as one operation, forward and
backward; XLA, which slows convolutions and top-k down, compiles what lies between them. The network
stays as it is: these functions replace its layers only while a step is traced.
"""

import contextlib
import functools
import math
from collections.abc import Callable, Iterator

import keras
import tensorflow as tf

from aecore.models.keras_private import made_by, walk
from aecore.training.devices import devices, on_gpu
from aecore.training.experiment import Experiment
from aecore.training.steps import count_steps

MANY = 200  # steps of a training that make up for half a second of compilation


def is_worth_it(experiment: Experiment, xla: bool, images: int) -> bool:
    """Whether a training on so many images gains by it; `xla`: its steps are compiled whole."""
    many = count_steps(experiment, images) >= MANY
    return experiment.autoencoder.fuses and not xla and many and devices() == 1 and not on_gpu()


@contextlib.contextmanager
def fused(model: keras.Model) -> Iterator[None]:
    """A context in which a compiled model's training steps are traced with fused functions."""
    optimizer, apply = model.optimizer, model.optimizer.apply

    function = functools.cache(_function)  # layers share what is compiled

    def call(inputs, training=None, mask=None):
        return _run(model, inputs, function)

    def compiled_apply(gradients, variables=None):
        tf.function(lambda grads: apply(grads, variables), jit_compile=True)(list(gradients))

    model.call, optimizer.apply = call, compiled_apply
    try:
        yield
    finally:
        del model.call, optimizer.apply


def _run(network: keras.Model, inputs, function: Callable):
    """The network's outputs in training; a fused function does the work of each pair of layers."""
    pairs = _pairs(network)
    activations = set(map(id, pairs.values()))

    def replaced(layer):
        if isinstance(layer, keras.Model):
            return lambda *inputs, **_: _run(layer, inputs, function)
        if id(layer) in pairs:
            return lambda x, **_: _normalized(layer, pairs[id(layer)], x, function)
        if id(layer) in activations:
            return lambda x, **_: x  # it is done
        return layer

    return walk(network, inputs, replaced)


def _pairs(network: keras.Model) -> dict:
    """id of each batch normalization that only an activation layer follows → that layer."""
    takers: dict[int, list] = {}
    for layer in network.layers:
        for tensor in keras.tree.flatten(layer.input):
            source, _ = made_by(tensor)
            takers.setdefault(id(source), []).append((source, layer))
    return {
        id(source): taker
        for ((source, taker), *others) in takers.values()
        if not others
        and isinstance(source, keras.layers.BatchNormalization)
        and isinstance(taker, keras.layers.Activation)
    }


def _normalized(layer, activation, x, function: Callable):
    """What the two layers give in training; updates the moving statistics as Keras does."""
    beta = tf.convert_to_tensor(layer.beta)
    gamma = tf.convert_to_tensor(layer.gamma) if layer.scale else tf.ones_like(beta)
    samples, *sides, channels = x.shape
    places = math.prod(sides)
    normal, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=tf.reshape(x, (samples, places, 1, channels)),
        scale=gamma,
        offset=beta,
        mean=tf.zeros(0),  # filled in inference only
        variance=tf.zeros(0),
        epsilon=layer.epsilon,
    )
    count = samples * places
    variance *= (count - 1) / count  # Keras keeps that of the batch, not an estimate of all
    for moving, now in ((layer.moving_mean, mean), (layer.moving_variance, variance)):
        moving.assign(moving * layer.momentum + now * (1.0 - layer.momentum))
    return function(activation.activation)(tf.reshape(normal, x.shape))


def _function(activate: Callable) -> Callable:
    """An activation as one compiled function, and its gradient as another."""

    @tf.function(jit_compile=True)
    def forward(x):
        return activate(x)

    @tf.function(jit_compile=True)
    def backward(upstream, x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            outputs = activate(x)
        return tape.gradient(outputs, x, output_gradients=upstream)

    @tf.custom_gradient
    def function(x):
        def gradient(upstream):
            return backward(upstream, x)

        return forward(x), gradient

    return function
