"""The network of a run from elsewhere, built by us; only its weights are a stranger's."""

import numpy as np

from aecore.models.base import connect, for_use
from aecore.runs.archive import FileRefused, read_members
from aecore.runs.files import write_whole
from aecore.runs.run import Run

MOST_BYTES = 512 * 2**20  # of a model's file, unpacked
MOST_MEMBERS = 16
FLOAT_BYTES = 4


def write_model(run: Run, content: bytes) -> None:
    """Writes model.keras of a run anew, given that of a stranger.

    Raises:
        FileRefused: it is not the model that the run describes.
    """
    try:
        model = _of_experiment(run, content) if run.origin is None else _of_origin(run, content)
    except FileRefused as problem:
        raise FileRefused(f"model.keras: {problem}") from problem
    if not all(np.isfinite(weights).all() for weights in model.get_weights()):
        raise FileRefused("model.keras: some of its weights are no numbers.")
    write_whole(run.model_path, model.save)


def _of_experiment(run: Run, content: bytes):
    """The network that the experiment describes, with the file's weights."""
    import keras

    from aecore.runs.weights import load_weights

    def build():
        return for_use(run.experiment.autoencoder.build(run.shape))

    with keras.StatelessScope(initialize_variables=False):  # counts, and takes no memory
        parameters = build().count_params()
    weights = read_members(content, MOST_MEMBERS, MOST_BYTES).get("model.weights.h5", b"")
    if parameters * FLOAT_BYTES > len(weights):
        raise FileRefused(
            f"the experiment describes a network of {parameters:,} weights; the file holds fewer."
        )
    model = build()
    load_weights(model, content)
    return model


def _of_origin(run: Run, content: bytes):
    """The model that was read from a foreign file before, read as if it were one still."""
    import keras

    from aecore.runs.foreign import read_model

    model = read_model(content)
    try:
        encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
        if not (isinstance(encoder, keras.Model) and isinstance(decoder, keras.Model)):
            raise ValueError("its encoder and decoder are not networks of their own")
        model = connect(encoder, decoder)
    except ValueError as problem:
        raise FileRefused(f"it has no encoder and decoder that fit ({problem}).") from problem
    for shape in (model.input_shape, model.output_shape):
        if tuple(shape[1:]) != run.shape:
            raise FileRefused("it takes or gives images of another size.")
    return model
