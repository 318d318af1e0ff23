"""Penalties on the code: each adds its own loss and keeps its own metric.

A penalty's weight is relative to the reconstruction error summed over an image's pixels. The
training loss is a mean over pixels, as in Keras, so what is added is divided by their number.
The metrics tell the unweighted penalty of one image.
"""

import math

import keras
import tensorflow as tf
from keras import ops

from aecore.data.arrays import LARGEST_GREY


class Penalty(keras.layers.Layer):
    """A layer that passes its input on and charges for it."""

    def __init__(self, weight: float, shape: tuple[int, ...], **kwargs):
        super().__init__(**kwargs)
        self.weight = weight
        self.pixels = math.prod(shape)
        self.metric = keras.metrics.Mean(name=self.name)

    def charge(self, value):
        """Adds the penalty of the batch (a scalar, a mean over its images) to the loss."""
        self.metric.update_state(value)
        self.add_loss(self.weight * value / self.pixels)

    def compute_output_shape(self, input_shape):
        return input_shape


class ActivityL1(Penalty):
    """Σⱼ |zⱼ|, mean over the batch."""

    def call(self, codes):
        self.charge(ops.mean(ops.sum(ops.abs(codes), axis=-1)))
        return codes


class ActivityKL(Penalty):
    """Σⱼ KL(ρ ‖ ρ̂ⱼ) with ρ̂ⱼ the mean activity of unit j over the batch (Ng 2011)."""

    def __init__(self, weight: float, target: float, shape, **kwargs):
        super().__init__(weight, shape, **kwargs)
        self.target = target

    def call(self, codes):
        rho = self.target
        active = ops.clip(ops.mean(codes, axis=0), 1e-6, 1 - 1e-6)  # (latent_size,)
        self.charge(
            ops.sum(rho * ops.log(rho / active) + (1 - rho) * ops.log((1 - rho) / (1 - active)))
        )
        return codes


class GaussianCode(Penalty):
    """Samples z ~ N(mean, exp(log_variance)) and charges KL(q(z|x) ‖ N(0, I)).

    In nats an image; Kingma & Welling 2013, arXiv:1312.6114, appendix B.
    """

    def __init__(self, weight: float, shape, **kwargs):
        super().__init__(weight, shape, **kwargs)
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, mean, log_variance):
        divergence = 0.5 * (ops.square(mean) + ops.exp(log_variance) - 1 - log_variance)
        self.charge(ops.mean(ops.sum(divergence, axis=-1)))
        noise = keras.random.normal(ops.shape(mean), seed=self.seed_generator)
        return mean + ops.exp(0.5 * log_variance) * noise

    def compute_output_shape(self, mean_shape, log_variance_shape):
        return mean_shape


class GaussianLikelihood(Penalty):
    """Charges -log N(x; mean, exp(log_variance)), in nats an image, and passes the mean on."""

    def call(self, images, mean, log_variance):
        error = ops.square(images - mean) * ops.exp(-log_variance)
        nats = 0.5 * (error + log_variance + math.log(2 * math.pi))
        self.charge(ops.mean(ops.sum(ops.reshape(nats, (-1, self.pixels)), axis=-1)))
        return mean

    def compute_output_shape(self, images_shape, mean_shape, log_variance_shape):
        return mean_shape


class BetaBinomialLikelihood(Penalty):
    """Charges -log p(x) of 8-bit grey values, in nats an image, and passes the mean on.

    A grey value k of 0 to 255 has the beta-binomial distribution of α, β > 0 (Townsend et al. 2019,
    arXiv:1901.04866, appendix B.2), which is any of flat, a hill, a slope and two peaks.
    """

    def call(self, images, mean, log_alpha, log_beta):
        grey = ops.round(images * LARGEST_GREY)
        nats = beta_binomial(grey, ops.exp(log_alpha), ops.exp(log_beta))
        ones = ops.ones((self.pixels, 1), dtype=nats.dtype)  # sums on all cores, as in losses.py
        self.charge(ops.mean(ops.matmul(ops.reshape(nats, (-1, self.pixels)), ones)))
        return mean

    def compute_output_shape(self, images_shape, mean_shape, *_):
        return mean_shape


def beta_binomial(k, alpha, beta, n=LARGEST_GREY):
    """-log p of whole numbers k from 0 to n, in nats, elementwise.

    Γ is taken by Stirling's series four numbers further up, where it is exact in float32, and Γ's
    recurrence leads back. With its gradient this takes a third of the time of `tf.math.lgamma`.
    """
    constant = tf.math.lgamma
    ways = constant(n + 1.0) - constant(k + 1) - constant(n - k + 1)  # log of n over k
    total = alpha + beta
    quotient = (
        (_rising(alpha) / _rising(k + alpha))
        * (_rising(beta) / _rising(n - k + beta))
        * (_rising(n + total) / _rising(total))
    )
    ratio = _stirling(k + alpha) - _stirling(alpha) + _stirling(n - k + beta) - _stirling(beta)
    return _stirling(n + total) - _stirling(total) - ratio - ops.log(quotient) - ways


def _rising(x):
    return x * (x + 1) * (x + 2) * (x + 3)  # Γ(x + 4) / Γ(x)


def _stirling(x):
    """log Γ(x + 4), but for a constant."""
    y = x + 4
    r = 1 / y
    return (y - 0.5) * ops.log(y) - y + r * (1 / 12 - r * r / 360)


class PenalizedModel(keras.Model):
    """A model with a penalty that no single layer sees; subclasses say what `penalty` is."""

    @classmethod
    def around(cls, model, weight: float, shape, **settings):
        """The same network as `model`, penalised."""
        penalized = cls(model.input, model.output, name=model.name)
        penalized.weight = weight
        penalized.pixels = math.prod(shape)
        penalized.term = keras.metrics.Mean(name=cls.term_name)
        for name, value in settings.items():
            setattr(penalized, name, value)
        return penalized

    def penalty(self, x):
        """The unweighted penalty of a batch, a scalar."""
        raise NotImplementedError

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        value = self.penalty(x)
        self.term.update_state(value)
        # devices that share a batch add their losses up
        devices = tf.distribute.get_strategy().num_replicas_in_sync
        return loss + self.weight * value / self.pixels / devices


class WeightDecay(PenalizedModel):
    """½ Σ w² over the kernels."""

    term_name = "weight_decay"

    @classmethod
    def around(cls, model, kernels, weight: float, shape):
        return super().around(model, weight, shape, decayed=kernels)

    def penalty(self, x):
        return 0.5 * sum(ops.sum(ops.square(kernel)) for kernel in self.decayed)


class ContractiveModel(PenalizedModel):
    """‖∂z/∂x‖² (squared Frobenius norm), mean over the batch (Rifai et al. 2011).

    For a code of one layer, zⱼ = s(wⱼ·x + bⱼ), it is Σⱼ s'(·)² ‖wⱼ‖² exactly. For deeper encoders
    it is estimated: E‖vᵀ ∂z/∂x‖² over random signs v (Hutchinson 1990) is the same number.
    """

    term_name = "jacobian"

    def penalty(self, x):
        encoder = self.get_layer("encoder")
        if self.exact:
            return closed_form_norm(encoder, x)
        return estimated_norm(encoder, x, self.signs)


def closed_form_norm(encoder, x):
    """Mean squared Jacobian norm of an encoder of one dense layer; a scalar."""
    layer = encoder.get_layer("code_units")
    before = ops.matmul(ops.reshape(x, (ops.shape(x)[0], -1)), layer.kernel) + layer.bias
    with tf.GradientTape() as tape:
        tape.watch(before)
        codes = layer.activation(before)  # elementwise, so one gradient holds every slope
    slopes = tape.gradient(codes, before)  # (n, latent_size)
    weights = ops.sum(ops.square(layer.kernel), axis=0)  # (latent_size,)
    return ops.mean(ops.sum(ops.square(slopes) * weights, axis=-1))


def estimated_norm(encoder, x, seed):
    """Hutchinson's one-sample estimate of the mean squared Jacobian norm; a scalar."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        codes = encoder(x, training=False)
    signs = ops.sign(keras.random.uniform(ops.shape(codes), -1.0, 1.0, seed=seed))
    pulled = tape.gradient(codes, x, output_gradients=signs)  # (n, height, width, channels)
    return ops.mean(ops.sum(ops.square(pulled), axis=tuple(range(1, len(pulled.shape)))))
