"""The network of a run from elsewhere, built by us; only its weights are a stranger's."""

from aecore.exchange.archive import FileRefused, Limits, read_members
from aecore.exchange.keras_file.weights import KERAS_MEMBERS, WEIGHTS, load_arrays, plain_arrays
from aecore.models.base import connect, for_use
from aecore.runs.files import write_whole
from aecore.runs.run import Run


def write_model(run: Run, content: bytes) -> None:
    """Writes model.keras of a run anew, given that of a stranger.

    Raises:
        FileRefused: it is not the model that the run describes.
    """
    try:
        model = _of_experiment(run, content) if run.origin is None else _of_origin(run, content)
    except FileRefused as problem:
        raise FileRefused("model.keras: {}", problem) from problem
    write_whole(run.model_path, model.save)


def _of_experiment(run: Run, content: bytes):
    """The network that the experiment describes, with the file's weights."""
    import keras

    def build():
        return for_use(run.experiment.autoencoder.build(run.shape))

    with keras.StatelessScope(initialize_variables=False):  # counts, and takes no memory
        described = build().count_params()
    members = read_members(content, KERAS_MEMBERS, Limits(len(KERAS_MEMBERS)))
    arrays = plain_arrays(members.get(WEIGHTS, b""))
    held = sum(array.size for array in arrays.values())
    if described != held:
        raise FileRefused(
            "the experiment describes a network of {:,} weights; the file holds {:,}.",
            described,
            held,
        )
    model = build()
    load_arrays(model, arrays)
    return model


def _of_origin(run: Run, content: bytes):
    """The model that was read from a foreign file before, read as if it were one still."""
    import keras

    from aecore.exchange.keras_file.building import read_model

    model = read_model(content)
    try:
        encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
        if not (isinstance(encoder, keras.Model) and isinstance(decoder, keras.Model)):
            raise ValueError("its encoder and decoder are not networks of their own")
        model = connect(encoder, decoder)
    except ValueError as problem:
        raise FileRefused("it has no encoder and decoder that fit ({}).", problem) from problem
    for shape in (model.input_shape, model.output_shape):
        if tuple(shape[1:]) != run.shape:
            raise FileRefused("it takes or gives images of another size.")
    return model
