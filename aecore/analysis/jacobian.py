"""How much a code moves when the image is nudged: the encoder's Jacobian, exactly."""

import numpy as np

BATCH = 50


def jacobians(encoder, images: np.ndarray) -> np.ndarray:
    """∂z/∂x at each image (n, h, w, c), by automatic differentiation; (n, latent_size, pixels)."""
    import tensorflow as tf

    @tf.function(reduce_retracing=True)
    def differentiate(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            outputs = encoder(x, training=False)
            codes = outputs[0] if isinstance(outputs, list | tuple) else outputs
        jacobian = tape.batch_jacobian(codes, x)  # (n, latent_size, h, w, c)
        return tf.reshape(jacobian, [tf.shape(x)[0], codes.shape[-1], -1])

    parts = [images[i : i + BATCH] for i in range(0, len(images), BATCH)]
    return np.concatenate([differentiate(tf.constant(part)).numpy() for part in parts])


def jacobian_norms(encoder, images: np.ndarray) -> np.ndarray:
    """‖∂z/∂x‖ (Frobenius) of each image (n, h, w, c); (n,)."""
    return np.sqrt(np.square(jacobians(encoder, images)).sum(axis=(1, 2)))
