"""The device of a training: the processor, a GPU, or all GPUs of a machine."""

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


def on_gpu() -> bool:
    """Whether trainings of this process run on a GPU."""
    return bool(tf.config.list_logical_devices("GPU"))


def device_name() -> str:
    """What trainings of this process run on, such as CPU, NVIDIA H200 or 2 × NVIDIA H200."""
    if not on_gpu():
        return "CPU"
    count = devices()
    details = map(tf.config.experimental.get_device_details, tf.config.list_physical_devices("GPU"))
    name = next((each.get("device_name", "GPU") for each in details), "GPU")
    return name if count == 1 else f"{count} × {name}"


def be_exact() -> None:
    """Has a GPU give the same weights for the same experiment, in any process.

    It costs about a tenth of the time. A processor does so anyway.
    """
    if on_gpu():
        tf.config.experimental.enable_op_determinism()


def index_type() -> tf.DType:
    """The type of indices: TensorFlow keeps 32-bit ones on the host, far from a GPU's images."""
    return tf.int64 if on_gpu() else tf.int32


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
