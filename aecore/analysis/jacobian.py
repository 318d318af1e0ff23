"""The exact Jacobian of an encoder: how codes respond to small changes of an image."""

from collections.abc import Iterator

import numpy as np

BATCH = 50  # images at a time, fewer if their Jacobians are large
VALUES = 2**26  # of the Jacobians of a batch


def jacobians(encoder, images: np.ndarray) -> np.ndarray:
    """∂z/∂x at each image (n, h, w, c), by automatic differentiation; (n, latent_size, pixels)."""
    return np.concatenate(list(_in_parts(encoder, images)))


def jacobian_norms(encoder, images: np.ndarray) -> np.ndarray:
    """‖∂z/∂x‖ (Frobenius) of each image (n, h, w, c); (n,)."""
    parts = _in_parts(encoder, images)
    return np.concatenate([np.sqrt(np.square(part).sum(axis=(1, 2))) for part in parts])


def jacobian_size(encoder) -> int:
    """Numbers in the Jacobian at one image: the code's times the image's."""
    return int(np.prod(encoder.outputs[0].shape[1:]) * np.prod(encoder.inputs[0].shape[1:]))


def _in_parts(encoder, images: np.ndarray) -> Iterator[np.ndarray]:
    """The Jacobians at the images, a batch at a time."""
    import tensorflow as tf

    @tf.function(reduce_retracing=True)
    def differentiate(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            outputs = encoder(x, training=False)
            codes = outputs[0] if isinstance(outputs, list | tuple) else outputs
        jacobian = tape.batch_jacobian(codes, x)  # (n, latent_size, h, w, c)
        return tf.reshape(jacobian, [tf.shape(x)[0], codes.shape[-1], -1])

    batch = max(1, min(BATCH, VALUES // jacobian_size(encoder)))
    for start in range(0, len(images), batch):
        yield differentiate(tf.constant(images[start : start + batch])).numpy()
