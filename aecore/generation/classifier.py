"""The classifier of MNIST's digits in whose features generated digits are compared."""

import keras
import numpy as np

from aecore.data.datasets import load
from aecore.generation.features import CLASSIFIED

FEATURES = 64
EPOCHS, BATCH, RATE, SEED = 8, 128, 2e-3, 0


def trained_classifier() -> tuple[keras.Model, float]:
    """The network after training, and the share of the test images that it classifies rightly.

    The random numbers of the whole process are seeded.
    """
    keras.utils.set_random_seed(SEED)
    layers, data = keras.layers, load(CLASSIFIED)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 3, strides=2, padding="same", activation="relu"),  # (14, 14, 16)
            layers.Conv2D(32, 3, strides=2, padding="same", activation="relu"),  # (7, 7, 32)
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(FEATURES, activation="relu", name="features"),
            layers.Dense(10, activation="softmax", name="classes"),
        ]
    )
    steps = EPOCHS * -(-len(data.training) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(RATE, steps)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    model.fit(
        data.training.images, data.training.labels, batch_size=BATCH, epochs=EPOCHS, verbose=0
    )
    classes = model.predict(data.test.images, batch_size=500, verbose=0).argmax(axis=1)
    return model, float(np.mean(classes == data.test.labels))
