"""Autoencoders as plain Keras scripts write them, by people who never heard of us."""

import keras
import numpy as np
from keras import layers as L

from aecore.exchange.keras_file.building import build
from aecore.exchange.keras_file.reader import read_plain


def dense():
    image = keras.Input((784,))
    code = L.Dense(32, activation="relu")(image)
    return keras.Model(image, L.Dense(784, activation="sigmoid")(code))


def blog():
    """The convolutional autoencoder of the Keras blog, with fewer filters."""
    image = x = keras.Input((28, 28, 1))
    for filters in (4, 2, 2):
        x = L.Conv2D(filters, (3, 3), activation="relu", padding="same")(x)
        x = L.MaxPooling2D((2, 2), padding="same")(x)
    for filters, padding in ((2, "same"), (2, "same"), (4, "valid")):
        x = L.Conv2D(filters, (3, 3), activation="relu", padding=padding)(x)
        x = L.UpSampling2D((2, 2))(x)
    return keras.Model(image, L.Conv2D(1, (3, 3), activation="sigmoid", padding="same")(x))


def transposed():
    return keras.Sequential(
        [
            L.Input((12, 8, 3)),
            L.GaussianNoise(0.1),
            L.Conv2D(4, 3, strides=2, padding="same", kernel_regularizer="l2"),
            L.BatchNormalization(),
            L.LeakyReLU(0.1),
            L.Dropout(0.2),
            L.Flatten(),
            L.Dense(10, activity_regularizer="l1"),
            L.BatchNormalization(),
            L.Activation("tanh"),
            L.Dropout(0.1),
            L.Dense(6 * 4 * 4, activation=L.LeakyReLU(0.3)),
            L.Reshape((6, 4, 4)),
            L.Conv2DTranspose(3, 3, strides=2, padding="same", activation="sigmoid"),
        ]
    )


def nested():
    image = keras.Input((28, 28))
    x = L.Dense(20, activation=keras.activations.gelu)(L.Flatten()(image))
    encoder = keras.Model(image, L.Dense(5, activation="elu")(x), name="encoder")
    code = keras.Input((5,))
    x = L.Dense(784, activation="sigmoid")(L.Dense(20, activation="relu")(code))
    decoder = keras.Model(code, L.Reshape((28, 28))(x), name="decoder")
    image = keras.Input((28, 28))
    return keras.Model(image, decoder(encoder(image)))


def sequence_of_sequences():
    encoder = keras.Sequential([L.Input((64,)), L.Dense(16), L.PReLU(), L.Dense(4), L.ELU()])
    decoder = keras.Sequential([L.Input((4,)), L.Dense(16), L.ReLU(), L.Dense(64)])
    return keras.Sequential([encoder, decoder])


def branched():
    """Residual and parallel branches, a layer and a sub-model called twice, an open size."""
    image = keras.Input((None, None, 3))
    block_in = keras.Input((None, None, 4))
    block_out = L.DepthwiseConv2D(3, padding="same")(block_in)
    block = keras.Model(block_in, L.Add()([block_in, L.LayerNormalization()(block_out)]))
    x = L.Rescaling(2.0, -1.0)(image)
    shared = L.SeparableConv2D(4, 3, padding="same", activation="silu")
    x = L.Concatenate()([L.Conv2D(1, 3, padding="same")(x), x])
    x = shared(shared(x))
    x = L.AveragePooling2D(4)(block(block(x)))
    x = L.UpSampling2D(4, interpolation="bilinear")(L.Conv2D(2, 1)(x))
    return keras.Model(image, L.Conv2D(3, 3, padding="same", activation="sigmoid")(x))


def unbuilt():
    """A Sequential that learnt its shape from the first data it saw."""
    model = keras.Sequential([L.Dense(100, activation="relu"), L.Dense(64, "sigmoid")])
    model(np.zeros((1, 64), "float32"))
    return model


# model, the kind of layer that is its bottleneck, numbers in a code, and the type it belongs to
MODELS = {
    "dense": (dense, "Dense", 32, "undercomplete"),
    "blog": (blog, "MaxPooling2D", 32, "convolutional"),
    "transposed": (transposed, "Activation", 10, "convolutional"),
    "nested": (nested, "Dense", 5, "undercomplete"),
    "sequences": (sequence_of_sequences, "ELU", 4, "undercomplete"),
    "branched": (branched, "Conv2D", 8, "convolutional"),
    "unbuilt": (unbuilt, "Dense", 100, "overcomplete"),
}


def stirred(model, seed: int = 0):
    """All weights random, so that none has its value from the start; compiled and trained once."""
    random = np.random.default_rng(seed)
    shape = [8 if side is None else side for side in model.inputs[0].shape[1:]]
    images = random.random((8, *shape), np.float32)
    model.compile("adam", "mse")
    model.fit(images, images, epochs=1, verbose=0)
    model.set_weights([w + 0.1 * random.random(w.shape, np.float32) for w in model.get_weights()])
    return model, images


def saved(model, folder) -> bytes:
    path = folder / "model.keras"
    model.save(path)
    return path.read_bytes()


def read_model(content: bytes):
    """The model that a file's plain data describes, both read and built here."""
    return build(read_plain(content))
