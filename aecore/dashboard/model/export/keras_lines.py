"""The lines of Keras that load a model, and how data must look that it takes."""

import json
from collections.abc import Callable

from aecore.analysis.report import Report
from aecore.data.arrays import describe_shape
from aecore.data.splits import Source
from aecore.runs.run import Run

FEW_CHANNELS = 6
DECODED = {
    "gaussian": "decoded, pixel_log_variances",
    "beta-binomial": "decoded, log_alphas, log_betas",
}


def preparation_json(run: Run) -> str:
    """How rows or windows are prepared for the model: columns or channels, means and scales."""
    source = run.source.to_dict()
    found = source.get("table") or source.get("series")
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def keras_lines(run: Run, report: Report) -> str:
    """The lines of Python that load this run's model with Keras alone, and use it."""
    network = report.architecture
    shape = str((1, *network.image))
    samples, look = report.kind.samples, LOOKS[report.kind.key](run.source)
    size = f"(1, {network.code_size})"
    codes, decoded, passed, of_codes = "codes", "decoded", "codes", f"the code: {size}"
    if not network.decodes_codes:
        codes, passed = "codes, *maps", "[codes, *maps]"
        of_codes = f"the code, {size},\n# and the finer maps that the decoder needs"
    elif run.key == "variational":
        codes, of_codes = "codes, log_variances", f"mean and log-variance, {size} each"
    trained = run.experiment  # an imported decoder gives images alone
    if trained is not None:
        decoded = DECODED.get(getattr(trained.autoencoder, "decoder", ""), decoded)
    return f"""\
import keras
import numpy as np

model = keras.models.load_model(
    "{run.id}.keras",
    compile=False,
)
encoder = model.get_layer("encoder")
decoder = model.get_layer("decoder")

# your {samples}: {look}
{samples} = np.zeros({shape}, "float32")
rebuilt = model.predict({samples})

# {of_codes}
{codes} = encoder.predict({samples})
{decoded} = decoder.predict({passed})
"""


def _pictures(source: Source) -> str:
    look = f"{describe_shape(source.shape)}, in [0, 1]"
    if source.ink:
        look += ",\n# light strokes on black"
    if source.levels is not None:
        black, white = source.levels
        look += f";\n# of more than 8 bits: {black:g} is 0, {white:g} is 1"
    return look


def _rows(source: Source) -> str:
    return (
        f"{source.shape[0]:,} values each, made as\n"
        "# the file Preparation tells: a number is\n"
        "# (value - mean) / scale, a category 1\n"
        "# among 0s, a missing cell 0"
    )


def _windows(source: Source) -> str:
    series = source.series
    assert series is not None
    look = f"{series.length:,} steps of {len(series.channels)} channels,\n# (value - mean) / scale"
    if len(series.channels) <= FEW_CHANNELS:
        mean, scale = (", ".join(f"{x:.6g}" for x in v) for v in (series.mean, series.scale))
        look += f" with mean = [{mean}]\n# and scale = [{scale}]"
    else:
        look += " of each channel as in the file Preparation"
    return f"{look}; a missing value is 0"


LOOKS: dict[str, Callable[[Source], str]] = {
    "image": _pictures,
    "table": _rows,
    "series": _windows,
}
