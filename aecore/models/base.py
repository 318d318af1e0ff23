"""The contract of an autoencoder, and the dense stack that most types share.

Reading a type's settings loads no Keras: it is imported by what builds a network.
"""

import itertools
import math
from dataclasses import dataclass
from typing import ClassVar

from aecore.data.kinds import kind_of
from aecore.models import fields
from aecore.models.settings import SettingError, Settings

STEPS = 1500  # of a usual training on few samples
Shape = tuple[int, ...]  # (height, width, channels), (steps, channels), or a row's (width,)


@dataclass(frozen=True, kw_only=True)
class Autoencoder(Settings):
    """A type of autoencoder: its fields are its hyperparameters, `build` makes the network."""

    key: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    summary: ClassVar[str]  # one sentence for somebody who never heard of it
    reference: ClassVar[str]  # author, year, DOI or arXiv number
    recipe: ClassVar[dict] = {}  # settings of the training that suit the type
    losses: ClassVar[tuple[str, ...]] = ("bce", "mse")  # on images
    value_losses: ClassVar[tuple[str, ...]] = ("mixed", "mse")  # on tables and series
    precisions: ClassVar[tuple[str, ...]] = ("float32",)  # bfloat16 where it is faster

    def build(self, shape: Shape):
        """The network to train, on images (n, height, width, channels).

        Returns:
            A `keras.Model` whose output has the shape of its input, with the sub-models
            `encoder` and `decoder`. The encoder's first output is the code (n, latent_size).
        """
        raise NotImplementedError

    def prepare(self, model, images) -> None:
        """Sets starting weights that depend on the training images; most types have none."""

    def keras_loss(self, loss: str):
        """The reconstruction loss as `keras.Model.compile` takes it: a mean over pixels."""
        from aecore.models import losses

        return {"bce": losses.binary_crossentropy, "mse": losses.mean_squared_error}[loss]

    def check(self, shape: Shape, loss: str) -> None:
        """Refuses what does not go together, before anything is built.

        Raises:
            SettingError: names the setting, and says what would do.
        """
        kind = kind_of(shape)
        losses = self.losses_on(shape)
        if loss not in losses:
            raise SettingError(
                "loss",
                "On {}, {} takes the loss {}, not {}.",
                kind.samples, self.title, " or ".join(losses), loss,
            )  # fmt: skip
        if not kind.bounded and getattr(self, "output_activation", "linear") != "linear":
            raise SettingError(
                "output_activation",
                "Values of {} are not bounded by 0 and 1: choose the linear output.",
                kind.samples,
            )
        if loss == "bce" and getattr(self, "output_activation", "sigmoid") != "sigmoid":
            raise SettingError(
                "loss",
                "Binary cross-entropy needs outputs between 0 and 1: choose the sigmoid output, "
                "or the mean squared error.",
            )

    @classmethod
    def takes(cls, shape: Shape) -> bool:
        """Whether the type can learn from samples of such a shape, given fitting settings."""
        return True

    @classmethod
    def losses_on(cls, shape: Shape) -> tuple[str, ...]:
        """The losses that make sense on samples of a shape, the usual one first."""
        kind = kind_of(shape)
        known = cls.losses if kind.bounded else cls.value_losses
        return tuple(loss for loss in known if loss in kind.losses)

    @classmethod
    def recipe_on(cls, shape: Shape, samples: int) -> tuple[dict, dict]:
        """What suits rows of tables and windows of series.

        Args:
            shape: of a sample. samples: how many there are for training.

        Returns:
            Settings of the training, and hyperparameters, where they differ from those for images.
        """
        batch = 2 ** int(min(max(math.log2(samples) - 4, 4), 8))  # 16 to 256: 16 steps an epoch
        epochs = round(min(max(STEPS * batch / samples, 10), 100))
        training = {"loss": cls.losses_on(shape)[0], "batch_size": batch, "epochs": epochs}
        linear = {"output_activation": "linear"} if "output_activation" in cls.declared() else {}
        values = math.prod(shape)
        code = max(2, min(round(kind_of(shape).share * values), 64))
        return training, linear | cls.sizes_on(values, code)

    @classmethod
    def sizes_on(cls, values: int, code: int) -> dict:
        """Hyperparameters that suit samples of so many values, and a code of a usual size."""
        return {"latent_size": code}

    @property
    def knows_clean_images(self) -> bool:
        """Whether the loss compares with clean images, so that the inputs may be corrupted."""
        return True

    def uses_xla(self, gpu: bool) -> bool:
        """Whether XLA makes a step faster, by measurement; `gpu`: on a GPU, not the processor."""
        return True

    @property
    def fuses(self) -> bool:
        """Whether XLA compiles parts of a step where it slows down the whole, on a processor."""
        return False


@dataclass(frozen=True, kw_only=True)
class DenseAutoencoder(Autoencoder):
    """Dense layers to the code and back; subclasses say what is special about the code."""

    encoder_layers: tuple[int, ...] = fields.layers((), "encoder")
    latent_size: int = fields.latent_size(32)
    decoder_layers: tuple[int, ...] = fields.layers((), "decoder")
    activation: str = fields.activation("relu")
    normalization: str = fields.normalization("none")
    output_activation: str = fields.output_activation()

    def build(self, shape: Shape):
        encoder, decoder = self.build_encoder(shape), self.build_decoder(shape)
        return connect(encoder, decoder, self.penalties(shape))

    def build_encoder(self, shape: Shape):
        """Images → code, plain Keras layers only."""
        import keras

        inputs = keras.Input(shape, name="image")
        x = keras.layers.Flatten()(inputs)  # (n, pixels)
        x = dense_stack(x, self.encoder_layers, self.activation, self.normalization)
        return keras.Model(inputs, self.code(x), name="encoder")

    def build_decoder(self, shape: Shape):
        """Code → images, plain Keras layers only."""
        import keras

        codes = keras.Input((self.latent_size,), name="code")
        x = dense_stack(codes, self.decoder_layers, self.activation, self.normalization)
        return keras.Model(codes, image_head(x, shape, self.output_activation), name="decoder")

    def code(self, x):
        """The last layer of the encoder; `latent_activation` is a field where it is free."""
        import keras

        activation: str = getattr(self, "latent_activation")  # noqa: B009
        # images have no negative pixels: some ReLU units would start dead, and stay so
        start = 1.0 if activation == "relu" else 0.0
        return keras.layers.Dense(
            self.latent_size,
            activation=activation,
            bias_initializer=keras.initializers.Constant(start),
            name="code_units",
        )(x)

    def penalties(self, shape: Shape) -> list:
        """Layers that see the code while training, and no more afterwards."""
        return []


def dense_stack(x, sizes: tuple[int, ...], activation: str, normalization: str = "none"):
    """Dense layers of the given sizes, each normalised, then activated."""
    import keras

    for size in sizes:
        x = keras.layers.Dense(size)(x)
        x = keras.layers.Activation(activation)(normalize(x, normalization))
    return x


def normalize(x, normalization: str):
    """Batch or layer normalisation, or nothing."""
    import keras

    if normalization == "batch":
        return keras.layers.BatchNormalization(momentum=0.9)(x)
    if normalization == "layer":
        return keras.layers.LayerNormalization()(x)
    return x


def image_head(x, shape: Shape, activation: str, name: str = "pixels"):
    """A dense layer to all pixels (n, height, width, channels).

    The activation comes last, where Keras takes the cross-entropy from its logits.
    """
    import keras

    x = keras.layers.Dense(math.prod(shape), name=name)(x)
    x = keras.layers.Reshape(shape)(x)
    return keras.layers.Activation(activation)(x)


def connect(encoder, decoder, penalties=(), name: str = "autoencoder"):
    """Joins encoder and decoder, passing the code through the penalty layers on the way."""
    import keras

    inputs = keras.Input(encoder.input_shape[1:], name="image")
    codes = encoder(inputs)
    outputs = codes if isinstance(codes, list) else [codes]
    outputs = outputs[: len(decoder.inputs)]  # a variational decoder sees the mean only
    for penalty in penalties:
        outputs[0] = penalty(outputs[0])
    images = decoder(outputs[0] if len(outputs) == 1 else outputs)
    images = images[0] if isinstance(images, list) else images  # a Gaussian decoder's mean
    return keras.Model(inputs, images, name=name)


def for_use(model, layout: tuple[int, ...] = (), name: str = "autoencoder"):
    """The trained network without what only training needs: plain Keras, loadable anywhere.

    Penalties and sampling are left out; weights are shared with `model`, not copied.

    Args:
        layout: of a table, how many values each column has; those of a category become
            probabilities.
    """
    decoder = model.get_layer("decoder")
    if max(layout, default=1) > 1:
        decoder = _with_probabilities(decoder, layout)
    return connect(model.get_layer("encoder"), decoder, name=name)


def _with_probabilities(decoder, layout: tuple[int, ...]):
    """A table's decoder with a softmax over the values of each category."""
    import keras
    from keras import ops

    codes = keras.Input(decoder.input_shape[1:], name="code")
    values, parts, start = decoder(codes), [], 0
    for width, columns in itertools.groupby(layout):
        count = len(list(columns))
        part = values[:, start : start + count * width]
        if width > 1:
            part = ops.softmax(ops.reshape(part, (-1, count, width)))
            part = ops.reshape(part, (-1, count * width))
        parts.append(part)
        start += count * width
    outputs = parts[0] if len(parts) == 1 else ops.concatenate(parts, axis=1)
    return keras.Model(codes, outputs, name="decoder")
