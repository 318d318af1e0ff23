"""The variational type as code: sampling, and the decoder's distribution."""

import math

from aecore.data.kinds import kind_of
from aecore.exchange.script.dense import charged
from aecore.exchange.script.lines import Network, Shape, dense, flat, head, layer, line
from aecore.models.variational import LEAST, LOG_SUMS, Variational

SAMPLING = '''
class Sampling(layers.Layer):
    """Draws a code from N(mean, exp(log_variance)); adds its KL from N(0, I) to the loss."""

    def __init__(self):
        super().__init__()
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, mean, log_variance):  # ({n_latent}) each
        divergence = 0.5 * (ops.square(mean) + ops.exp(log_variance) - 1 - log_variance)
        self.add_loss({beta}ops.mean(ops.sum(divergence, axis=-1)) / {values})
        noise = keras.random.normal(ops.shape(mean), seed=self.seed_generator)
        return mean + ops.exp(0.5 * log_variance) * noise
'''
LIKELIHOOD = '''

class GaussianLikelihood(layers.Layer):
    """Returns the mean, and adds -log N(image; mean, exp(log_variance)) to the loss."""

    def call(self, image, mean, log_variance):
        error = ops.square(image - mean) * ops.exp(-log_variance)
        nats = 0.5 * (error + log_variance + np.log(2 * np.pi))
        self.add_loss(ops.mean(nats))  # of a pixel
        return mean
'''
GREY = '''

class BetaBinomialLikelihood(layers.Layer):
    """Returns the mean, and adds -log p(image), with 256 grey values, to the loss."""

    def call(self, image, mean, log_alpha, log_beta):
        alpha, beta = ops.exp(log_alpha), ops.exp(log_beta)
        k, n = ops.round(255.0 * image), 255.0
        gamma = tf.math.lgamma
        ways = gamma(n + 1) - gamma(k + 1) - gamma(n - k + 1)
        ends = gamma(k + alpha) - gamma(alpha) + gamma(n - k + beta) - gamma(beta)
        nats = gamma(n + alpha + beta) - gamma(alpha + beta) - ends - ways
        self.add_loss(ops.mean(nats))  # of a pixel
        return mean
'''
LIKELIHOODS = {  # decoder's distribution → the layer that charges for it, and its code
    "gaussian": ("GaussianLikelihood", LIKELIHOOD),
    "beta-binomial": ("BetaBinomialLikelihood", GREY),
}
TEXT = """\
The encoder gives the mean and log-variance of a normal distribution over codes. A code is drawn
from it during training; afterwards the mean is used."""
KL = """\
The KL divergence between the distribution of a code and N(0, I) is added to the loss{beta}."""


def variational_network(settings: Variational, shape: Shape) -> Network:
    """A distribution over codes, and one over what is reconstructed."""
    kind, latent, values = kind_of(shape), settings.latent_size, math.prod(shape)
    sample = kind.sample
    style = (settings.activation, settings.normalization)
    flatten, of = flat(sample, shape)
    hidden = dense(settings.encoder_layers, *style, of)
    last = "x" if hidden else of
    encoder = [
        line(f"{sample} = keras.Input({shape})", shape),
        *flatten,
        *hidden,
        layer(f"Dense({latent})", (latent,), "mean", last),
        layer(f"Dense({latent})", (latent,), "log_variance", last),
        f"encoder = keras.Model({sample}, [mean, log_variance])",
    ]
    hidden = dense(settings.decoder_layers, *style, "code")
    last = "x" if hidden else "code"
    decoder = [
        line(f"code = keras.Input(({latent},))", (latent,)),
        *hidden,
        *_distribution(settings.decoder, shape, last),
    ]
    joined = ["mean, log_variance = encoder({0})", "code = Sampling()(mean, log_variance)"]
    charging, likelihood = LIKELIHOODS.get(settings.decoder, ("", ""))
    given = f"{charging}()({{0}}, *decoder(code))" if charging else "decoder(code)"
    joined.append(f"output = {given}")
    joined.append("autoencoder = keras.Model({0}, output)")
    beta = "" if settings.beta == 1 else f"{settings.beta} * "
    own = SAMPLING.format(n_latent=f"n, {latent}", beta=beta, values=values)
    return Network(
        TEXT,
        "\n".join(encoder),
        "\n".join(decoder),
        "\n".join(joined).format(sample),
        own_text=f"{KL.format(beta=f', times {settings.beta}' if beta else '')}\n{charged(shape)}",
        own=(own + likelihood).strip("\n"),
    )


def _distribution(name: str, shape: Shape, last: str) -> list[str]:
    """The decoder's last layers."""
    if name == "gaussian":
        return [
            *head(shape, "sigmoid", last, "mean"),
            *head(shape, "linear", last, "log_variance"),
            "# a standard deviation from 0.01 to 1: on black margins it would shrink to 0",
            "log_variance = ops.clip(log_variance, -9.2, 0.0)",
            "decoder = keras.Model(code, [mean, log_variance])",
        ]
    if name == "beta-binomial":
        return [
            *head(shape, "linear", last, "logit"),
            *head(shape, "linear", last, "log_sum"),
            "mean = ops.sigmoid(logit)  # alpha / (alpha + beta)",
            f"log_sum = ops.clip(log_sum, {LOG_SUMS[0]}, {LOG_SUMS[1]})  # of alpha + beta",
            f"log_alpha = ops.maximum(log_sum + ops.log_sigmoid(logit), {LEAST})",
            f"log_beta = ops.maximum(log_sum + ops.log_sigmoid(-logit), {LEAST})",
            "decoder = keras.Model(code, [mean, log_alpha, log_beta])",
        ]
    activation = "sigmoid" if kind_of(shape).bounded else "linear"
    return [*head(shape, activation, last), "decoder = keras.Model(code, x)"]
