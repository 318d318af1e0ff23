"""Images to a file without loss, by a variational model with a decoder over grey values."""

import hashlib
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from aecore.compression.bits_back import GROUP, Networks, read_images, write_images
from aecore.compression.codec import CodecRefused
from aecore.compression.container import (
    INVALID,
    LOSSLESS,
    NotDecoded,
    Packed,
    check_count,
    check_model,
    pack,
    unpack,
)


@dataclass(frozen=True)
class Lossless:
    """A model as a lossless coder. digest: of its weights.

    On any machine the same images give the same bytes and back, as far as the networks agree to
    about twelve digits: they run in double precision, and what they say is rounded before it is
    used. Where a machine differs by more the file is refused; wrong pixels are never given.
    """

    digest: str
    networks: Networks

    def compress(self, images: np.ndarray) -> bytes:
        """8-bit images (n, h, w, c) as the content of a file.

        Raises:
            NotDecoded: there are none, or too many for one file.
        """
        check_count(len(images), math.prod(self.networks.shape))
        return pack(Packed(self.digest, LOSSLESS, len(images), write_images(images, self.networks)))

    def decompress(self, content: bytes) -> np.ndarray:
        """The images of a file, every pixel as it was.

        Raises:
            NotDecoded: it is no such file, damaged, or was made by another model.
        """
        packed = unpack(content)
        check_model(packed, self.digest)
        if packed.picture is not None:
            raise NotDecoded(INVALID)
        check_count(packed.count, math.prod(self.networks.shape))
        images = read_images(packed.codes, packed.count, self.networks)
        if images is None:
            raise NotDecoded(
                "The file does not decode to what was stored: it was altered on purpose, or this "
                "machine computes the model differently from the one that wrote it."
            )
        return images


def lossless_of(model: Any) -> Lossless:
    """The lossless coder of a Keras model.

    Raises:
        CodecRefused: its decoder has no distribution over grey values.
    """
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    if len(decoder.outputs) != 3 or len(encoder.outputs) != 2:
        raise CodecRefused(
            "Lossless compression needs a variational model with the decoder distribution "
            "beta-binomial."
        )
    likelihood = _in_double(decoder)
    networks = Networks(
        tuple(decoder.outputs[0].shape[1:]),
        decoder.inputs[0].shape[-1],
        _in_double(encoder),
        lambda codes: likelihood(codes)[1:],
    )
    return Lossless(digest_of_weights(model), networks)


def digest_of_weights(model: Any) -> str:
    """Twelve hexadecimal digits that tell a model from any other."""
    hashed = hashlib.sha256()
    for each in model.get_weights():
        hashed.update(np.ascontiguousarray(each, "<f4").tobytes())
    return hashed.hexdigest()[:12]


def _in_double(network: Any):
    """A network of plain layers as a function of 16 rows, computed in float64."""
    import keras
    import tensorflow as tf

    def doubled(layer):
        if not isinstance(layer, keras.Layer):
            return layer  # an operation, which has no type of its own
        return type(layer).from_config(layer.get_config() | {"dtype": "float64"})

    inputs = keras.Input(network.inputs[0].shape[1:], dtype="float64")
    made = keras.models.clone_model(network, input_tensors=inputs, clone_function=doubled)
    made.set_weights([each.astype(np.float64) for each in network.get_weights()])
    signature = tf.TensorSpec([GROUP, *inputs.shape[1:]], tf.float64)  # type: ignore[arg-type]
    call = tf.function(lambda rows: made(rows, training=False), input_signature=[signature])
    return lambda rows: [np.asarray(each) for each in call(tf.constant(rows, tf.float64))]
