"""Whether a machine multiplies matrices in bfloat16 quickly, as it tells itself."""

from functools import cache
from pathlib import Path

from aecore.models.settings import SettingError

PROCESSOR = Path("/proc/cpuinfo")  # of Linux, where alone TensorFlow's products are fast
INSTRUCTIONS = {"avx512_bf16", "amx_bf16"}  # without them bfloat16 is several times slower
LEAST_CAPABLE = (8, 0)  # of the GPUs that have it: NVIDIA's Ampere, in CUDA's numbers


@cache
def processor_has_bfloat16() -> bool:
    """Whether the processor has instructions for products in bfloat16."""
    try:
        words = PROCESSOR.read_text().split()
    except OSError:
        return False
    return not INSTRUCTIONS.isdisjoint(words)


def gpu_has_bfloat16() -> bool:
    """Whether trainings of this process run on a GPU with such products."""
    import tensorflow as tf

    details = map(tf.config.experimental.get_device_details, tf.config.list_physical_devices("GPU"))
    capable = [each.get("compute_capability", (0, 0)) >= LEAST_CAPABLE for each in details]
    return bool(capable) and all(capable)


def check_here(precision: str, gpu: bool) -> None:
    """Refuses a precision that would be slow in this process.

    Args:
        gpu: whether it trains on a GPU.

    Raises:
        SettingError: it would.
    """
    if precision == "bfloat16" and not (gpu_has_bfloat16() if gpu else processor_has_bfloat16()):
        raise SettingError(
            "precision",
            "{} that trains has no instructions for bfloat16, in which it would be slower: choose "
            "float32.",
            "The GPU" if gpu else "The processor",
        )
