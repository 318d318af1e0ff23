"""Training on one device, or on all GPUs of a machine."""

import contextlib
from collections.abc import Callable

import tensorflow as tf

from aecore import environment


def all_gpus():
    """A context in which models are built and trained on all GPUs, if that is set and possible.

    Each GPU takes its share of every batch, and gradients are summed (`tf.distribute`): the steps
    are the same up to rounding and to the noise that each GPU draws for itself.
    """
    gpus = tf.config.list_logical_devices("GPU")
    if not environment.all_gpus() or len(gpus) < 2:
        return contextlib.nullcontext()
    return tf.distribute.MirroredStrategy([gpu.name for gpu in gpus]).scope()


def devices() -> int:
    """The number of devices that share a batch."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def shared(rows: int) -> int:
    """The largest number of rows up to `rows` that the devices share evenly; at least one each."""
    return max(rows - rows % devices(), devices())


def compiled(xla: bool) -> Callable:
    """A decorator that compiles a step; several devices compile it as part of the epoch."""
    return tf.function(jit_compile=xla) if devices() == 1 else lambda step: step


def on_each(step: Callable, *batch) -> None:
    """Runs a step on every device with its share of a batch of tensors."""
    strategy = tf.distribute.get_strategy()
    count = strategy.num_replicas_in_sync
    if count == 1:
        step(*batch)
        return

    def share():
        number = tf.distribute.get_replica_context().replica_id_in_sync_group
        parts = []
        for rows in batch:
            size = rows.shape[0] // count
            mine = rows[number * size : (number + 1) * size]
            parts.append(tf.reshape(mine, [size, *rows.shape[1:]]))
        step(*parts)

    strategy.run(share)
