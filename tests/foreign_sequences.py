"""Autoencoders of rows and windows as tutorials write them, and data sets of the same shape."""

import keras
from keras import layers as L


def timeseries():
    """Keras' own "Timeseries anomaly detection using an Autoencoder", on weather."""
    return keras.Sequential(
        [
            L.Input((28, 4)),
            L.Conv1D(32, 7, padding="same", strides=2, activation="relu"),
            L.Dropout(0.2),
            L.Conv1D(16, 7, padding="same", strides=2, activation="relu"),
            L.Conv1DTranspose(16, 7, padding="same", strides=2, activation="relu"),
            L.Dropout(0.2),
            L.Conv1DTranspose(32, 7, padding="same", strides=2, activation="relu"),
            L.Conv1DTranspose(4, 7, padding="same"),
        ]
    )


def recurrent():
    """The LSTM autoencoder of countless blogs."""
    return keras.Sequential(
        [
            L.Input((28, 4)),
            L.LSTM(8, activation="relu"),
            L.Dropout(0.2),
            L.RepeatVector(28),
            L.LSTM(8, activation="relu", return_sequences=True, recurrent_dropout=0.1),
            L.TimeDistributed(L.Dense(4)),
        ]
    )


def both_ways():
    """Every other layer that is for sequences alone, and one that leaves their length open."""
    window = keras.Input((None, 4))
    x = L.Bidirectional(L.GRU(6, return_sequences=True))(window)
    x = L.Bidirectional(L.LSTM(5, return_sequences=True), merge_mode="sum")(x)
    x = L.SimpleRNN(7, return_sequences=True, go_backwards=True)(x)
    x = L.TimeDistributed(L.Dense(8, activation="tanh"))(L.LayerNormalization()(x))
    x = L.MaxPooling1D(2)(L.SeparableConv1D(4, 3, padding="same")(x))
    x = L.SpatialDropout1D(0.1)(L.BatchNormalization()(x))
    x = L.UpSampling1D(4)(L.AveragePooling1D(2)(x))
    x = L.Cropping1D(1)(L.ZeroPadding1D((0, 2))(x))
    x = L.DepthwiseConv1D(3, padding="same")(x)
    return keras.Model(window, L.Conv1D(4, 3, padding="causal")(x))


def heartbeat():
    """TensorFlow's "Intro to autoencoders": an electrocardiogram in a row, between 0 and 1."""
    row = keras.Input((96,))
    x = L.Dense(8, "relu")(L.Dense(16, "relu")(L.Dense(32, "relu")(row)))
    return keras.Model(row, L.Dense(96, "sigmoid")(L.Dense(32, "relu")(L.Dense(16, "relu")(x))))


def table():
    """A dense one, as for frauds and intrusions."""
    return keras.Sequential(
        [
            L.Input((30,)),
            L.Dense(14, activation="tanh", activity_regularizer="l1"),
            L.Dense(7, activation="relu"),
            L.Dense(14, activation="tanh"),
            L.Dense(30),
        ]
    )


def filtered_rows():
    """Convolutions over the columns of a table, which have no order."""
    return keras.Sequential(
        [
            L.Input((30, 1)),
            L.Conv1D(4, 3, padding="same", activation="relu"),
            L.MaxPooling1D(3),
            L.Conv1DTranspose(1, 3, strides=3),
        ]
    )


# model, a data set that it fits, its type, the size of its code (of 64 steps, if that is open)
SEQUENCES = {
    "timeseries": (timeseries, "seattle_weather", "convolutional", 7 * 16),
    "recurrent": (recurrent, "seattle_weather", "undercomplete", 8),
    "both ways": (both_ways, "seattle_weather", "convolutional", 16 * 4),
    "heartbeat": (heartbeat, "ecg", "deep", 8),
    "table": (table, "breast_cancer", "undercomplete", 7),
    "filtered rows": (filtered_rows, "breast_cancer", "deep", 10 * 4),
}
