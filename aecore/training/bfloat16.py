"""Steps of dense networks with matrix products in bfloat16, and all else in float32.

Keras' own `mixed_bfloat16` gains nothing on a processor. XLA's products are slow in bfloat16;
oneDNN's are fast, but outside XLA every other operation goes through memory by itself. So a step is
cut at its products, and XLA compiles what lies between: biases, normalizations and activations, the
loss and the optimizer. The network and its weights stay as they are.
"""

import contextlib
from collections.abc import Callable, Iterator

import keras
import tensorflow as tf

from aecore.models.keras_private import made_by, walk
from aecore.training.devices import on_gpu

FOLLOWERS = (
    keras.layers.Activation,
    keras.layers.BatchNormalization,
    keras.layers.LayerNormalization,
    keras.layers.Reshape,
)


@contextlib.contextmanager
def in_bfloat16(model: keras.Model) -> Iterator[None]:
    """A context in which a compiled model's training steps are traced with such products."""
    optimizer, apply, charge = model.optimizer, model.optimizer.apply, model.compute_loss

    def call(inputs, training=None, mask=None):
        return _run(model, inputs)

    def compute_loss(x, y, y_pred, sample_weight=None, training=True):
        return _compiled(lambda x, y, y_pred: charge(x, y, y_pred))(x, y, y_pred)

    def compiled_apply(gradients, variables=None):
        _compiled(lambda grads: apply(grads, variables))(list(gradients))

    model.call, model.compute_loss, optimizer.apply = call, compute_loss, compiled_apply
    try:
        yield
    finally:
        del model.call, model.compute_loss, optimizer.apply


@tf.custom_gradient
def product(x, kernel):
    """x (n, a) @ kernel (a, b) → (n, b) of float32s, multiplied in bfloat16."""
    low, low_kernel = _low(x), _low(kernel)

    def gradient(upstream):
        up = _low(upstream)
        of_x = tf.matmul(up, low_kernel, transpose_b=True)
        of_kernel = tf.matmul(low, up, transpose_a=True)
        return tf.cast(of_x, x.dtype), tf.cast(of_kernel, kernel.dtype)

    return tf.cast(tf.matmul(low, low_kernel), x.dtype), gradient


def _low(tensor):
    return tf.cast(tensor, tf.bfloat16)


def _compiled(function: Callable) -> Callable:
    """The function compiled by XLA; on a GPU the step that it is a part of is compiled whole."""
    return function if on_gpu() else tf.function(function, jit_compile=True)


def _run(network: keras.Model, inputs):
    """The network's outputs in training; a dense layer does the work of those that follow it."""
    chains = _chains(network)
    done = {id(layer) for chain in chains.values() for layer in chain}

    def replaced(layer):
        if isinstance(layer, keras.Model):
            return lambda *inputs, **_: _run(layer, inputs)
        if id(layer) in chains:
            return lambda x, **_: _dense(layer, chains[id(layer)], x)
        if id(layer) in done:
            return lambda x, **_: x
        return layer

    return walk(network, inputs, replaced)


def _chains(network: keras.Model) -> dict[int, list]:
    """id of each dense layer → the layers after it that nothing else lies between."""
    takers: dict[int, list] = {}  # None stands for whoever is given the network's output
    for operation in network.operations:
        for tensor in keras.tree.flatten(operation.input):
            takers.setdefault(id(made_by(tensor)[0]), []).append(operation)
    for tensor in network.outputs:
        takers.setdefault(id(made_by(tensor)[0]), []).append(None)
    chains = {}
    for layer in network.layers:
        if isinstance(layer, keras.layers.Dense):
            chain, last = [], layer
            while len(after := takers.get(id(last), [])) == 1 and isinstance(after[0], FOLLOWERS):
                last = after[0]
                chain.append(last)
            chains[id(layer)] = chain
    return chains


def _dense(layer: keras.layers.Dense, chain: list, x):
    def rest(x):
        x = layer.activation(x + layer.bias)
        for follower in chain:
            x = follower(x)
        return x

    if not any(isinstance(follower, keras.layers.BatchNormalization) for follower in chain):
        rest = tf.recompute_grad(rest)  # which costs less than keeping what is in between
    return _compiled(rest)(product(x, tf.convert_to_tensor(layer.kernel)))
