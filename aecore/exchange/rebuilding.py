"""The network of an imported run, built by us; only its weights come from the file."""

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.budget import check_work
from aecore.exchange.keras_file.reader import PlainModel
from aecore.exchange.keras_file.weights import load_arrays
from aecore.models.base import connect, for_use
from aecore.models.unfilled import unfilled
from aecore.runs.files import write_whole
from aecore.runs.run import Run


def write_model(run: Run, plain: PlainModel) -> None:
    """Writes model.keras of a run from the plain data of an untrusted one.

    Raises:
        FileRefused: it is not the model that the run describes.
    """
    try:
        model = _of_experiment(run, plain) if run.origin is None else _of_origin(run, plain)
    except FileRefused as problem:
        raise FileRefused("model.keras: {}", problem) from problem
    write_whole(run.model_path, model.save)


def check_encoder(key: str, encoder) -> None:
    """Refuses an encoder that is none of a type.

    Raises:
        FileRefused: a variational one gives something else than two outputs.
    """
    if key == "variational" and len(encoder.outputs) != 2:
        raise FileRefused(
            "A variational encoder gives a mean and a log-variance; this one gives one code. "
            "Choose another type for it."
        )


def _of_experiment(run: Run, plain: PlainModel):
    """The network that the experiment describes, with the file's weights."""

    def make():
        return for_use(run.recipe.autoencoder.build(run.shape), run.source.layout)

    described = unfilled(lambda: make().count_params())
    if described != plain.parameters:
        raise FileRefused(
            "the experiment describes a network of {:,} weights; the file holds {:,}.",
            described,
            plain.parameters,
        )
    model = make()
    load_arrays(model, plain.weights)
    return model


def _of_origin(run: Run, plain: PlainModel):
    """A model that was imported from a foreign file, read as one again."""
    import keras

    from aecore.exchange.keras_file.building import build

    model = build(plain)
    try:
        encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
        if not (isinstance(encoder, keras.Model) and isinstance(decoder, keras.Model)):
            raise ValueError("its encoder and decoder are not separate networks")
        check_encoder(run.key, encoder)
        model = connect(encoder, decoder)
    except ValueError as problem:
        raise FileRefused("it has no encoder and decoder that fit ({}).", problem) from problem
    for shape in (model.input_shape, model.output_shape):
        if tuple(shape[1:]) != run.shape:
            raise FileRefused("it takes or gives samples of another size.")
    check_work(model, run.shape, run.source.training_size // 6)  # about the number that is tested
    return model
