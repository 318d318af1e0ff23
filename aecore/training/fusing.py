"""Batch normalization with its activation, and the optimizer, as compiled functions of their own.

XLA slows convolutions down; but without it every elementwise operation goes through memory by
itself, which is almost half of a step. So XLA compiles what lies between the convolutions. The
network stays as it is: these functions replace its layers only while a step is traced.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator

import keras
import tensorflow as tf

from aecore.models.keras_private import made_by, walk
from aecore.training.devices import devices, on_gpu
from aecore.training.experiment import Experiment
from aecore.training.steps import count_steps

MANY = 1000  # steps of a training that make up for seconds of compilation


def is_worth_it(experiment: Experiment, xla: bool, images: int) -> bool:
    """Whether a training on so many images gains by it; `xla`: its steps are compiled whole."""
    many = count_steps(experiment, images) >= MANY
    return experiment.autoencoder.fuses and not xla and many and devices() == 1 and not on_gpu()


@contextlib.contextmanager
def fused(model: keras.Model) -> Iterator[None]:
    """A context in which a compiled model's training steps are traced with fused functions."""
    optimizer, apply = model.optimizer, model.optimizer.apply

    function = functools.cache(_function)  # layers of equal shapes share what is compiled

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
    outputs, mean, variance = function(layer.epsilon, activation.activation)(x, gamma, beta)
    for moving, now in ((layer.moving_mean, mean), (layer.moving_variance, variance)):
        moving.assign(moving * layer.momentum + tf.stop_gradient(now) * (1.0 - layer.momentum))
    return outputs


def _function(epsilon: float, activate: Callable) -> Callable:
    """x (n, …, c), gamma, beta (c,) → outputs, means and variances over all but the channels."""

    @tf.function(jit_compile=True)
    def forward(x, gamma, beta):
        count = _count(x)
        mean = _sum(x) / count
        variance = _sum(tf.square(x - mean)) / count
        normal = (x - mean) * tf.math.rsqrt(variance + epsilon)
        return activate(normal * gamma + beta), mean, variance

    @tf.function(jit_compile=True)
    def backward(upstream, x, gamma, beta, mean, variance):
        scale = tf.math.rsqrt(variance + epsilon)
        normal = (x - mean) * scale
        before = normal * gamma + beta
        with tf.GradientTape() as tape:
            tape.watch(before)
            after = activate(before)
        slope = tape.gradient(after, before, output_gradients=upstream)
        of_beta, of_gamma = _sum(slope), _sum(slope * normal)
        count = _count(x)
        of_x = gamma * scale * (slope - of_beta / count - normal * (of_gamma / count))
        return of_x, of_gamma, of_beta

    @tf.custom_gradient
    def function(x, gamma, beta):
        outputs, mean, variance = forward(x, gamma, beta)

        def gradient(upstream, *_):
            return backward(upstream, x, gamma, beta, mean, variance)

        return (outputs, mean, variance), gradient

    return function


def _count(x) -> float:
    return float(x.shape.num_elements() // x.shape[-1])


def _sum(x):
    """Sums over all but the channels, (n, …, c) → (c,): first over places, then over the batch.

    XLA sums a whole tensor on one core; a product with ones is spread over all of them.
    """
    places = list(range(1, len(x.shape) - 1))
    each = tf.reduce_sum(x, places) if places else x  # (n, c)
    return tf.matmul(tf.ones((1, x.shape[0])), each)[0]
