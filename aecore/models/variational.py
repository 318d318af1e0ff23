"""The variational autoencoder: a distribution over codes, and one over images."""

from dataclasses import dataclass

from aecore.data.kinds import kind_of
from aecore.models import fields
from aecore.models.base import Autoencoder, Shape, dense_stack, image_head
from aecore.models.settings import SettingError, setting

LOG_SUMS = (-5.0, 6.0)  # of α + β: from nothing between black and white, to almost a binomial
LEAST = -12.0  # log α and log β, or black margins win without end


@dataclass(frozen=True, kw_only=True)
class Variational(Autoencoder):
    """q(z|x) = N(mean, diag exp(log_variance)), p(z) = N(0, I), and p(x|z) as chosen."""

    key = "variational"
    title = "Variational"
    icon = ":material/bubble_chart:"
    summary = (
        "Each input is encoded as a distribution, and every code decodes to something plausible."
    )
    reference = "Kingma & Welling 2013, arXiv:1312.6114; Higgins et al. 2017 (beta)"
    recipe = {"loss": "likelihood", "learning_rate": 2e-3, "batch_size": 128, "epochs": 20}
    losses = ("likelihood",)

    encoder_layers: tuple[int, ...] = fields.layers((512, 256), "encoder")
    latent_size: int = fields.latent_size(2)
    decoder_layers: tuple[int, ...] = fields.layers((128, 512), "decoder")
    activation: str = fields.activation("gelu")
    normalization: str = fields.normalization("layer")
    decoder: str = setting(
        "bernoulli",
        "Decoder distribution",
        "Bernoulli: each pixel has a probability of being on. Gaussian: each pixel has its own "
        "mean and variance, both learnt. Beta-binomial: each pixel has a distribution over the 256 "
        "grey values, for lossless compression.",
        choices=("bernoulli", "gaussian", "beta-binomial"),
    )
    beta: float = setting(
        1.0,
        "Beta",
        "Weight of the KL term. 1 gives the evidence lower bound; larger values give a smoother "
        "latent space, 0 an autoencoder with noise on the code.",
        minimum=0.0,
        maximum=100.0,
    )

    @classmethod
    def sizes_on(cls, values: int, code: int) -> dict:
        return {"encoder_layers": (64,), "decoder_layers": (64,), "latent_size": code}

    def check(self, shape: Shape, loss: str) -> None:
        super().check(shape, loss)
        if self.decoder != "bernoulli" and not kind_of(shape).bounded:
            raise SettingError(
                "decoder",
                "On tables and series the loss determines the distribution: keep Bernoulli.",
            )

    def keras_loss(self, loss: str):
        # other likelihoods need more than the mean, and are charged by a layer of their own
        return super().keras_loss("bce") if self.decoder == "bernoulli" else None

    @property
    def knows_clean_images(self) -> bool:
        return self.decoder == "bernoulli"  # a layer that charges sees the inputs

    def build(self, shape: Shape):
        import keras

        from aecore.models.penalties import BetaBinomialLikelihood, GaussianCode, GaussianLikelihood

        encoder, decoder = self.build_encoder(shape), self.build_decoder(shape)
        inputs = keras.Input(shape, name="image")
        codes = GaussianCode(self.beta, shape, name="kl")(*encoder(inputs))
        outputs = decoder(codes)
        if self.decoder == "gaussian":
            outputs = GaussianLikelihood(1.0, shape, name="nll")(inputs, *outputs)
        if self.decoder == "beta-binomial":
            outputs = BetaBinomialLikelihood(1.0, shape, name="nll")(inputs, *outputs)
        return keras.Model(inputs, outputs, name="autoencoder")

    def build_encoder(self, shape: Shape):
        """Images → mean and log-variance of the code, each (n, latent_size)."""
        import keras

        inputs = keras.Input(shape, name="image")
        x = keras.layers.Flatten()(inputs)
        x = dense_stack(x, self.encoder_layers, self.activation, self.normalization)
        mean = keras.layers.Dense(self.latent_size, name="mean")(x)
        log_variance = keras.layers.Dense(self.latent_size, name="log_variance")(x)
        return keras.Model(inputs, [mean, log_variance], name="encoder")

    def build_decoder(self, shape: Shape):
        """Code → chance of each pixel, or its mean and what else its distribution needs.

        That is the log-variance of a Gaussian, or log α and log β of a beta-binomial distribution.
        """
        import keras
        from keras import ops

        codes = keras.Input((self.latent_size,), name="code")
        x = dense_stack(codes, self.decoder_layers, self.activation, self.normalization)
        if self.decoder == "beta-binomial":
            return keras.Model(codes, beta_binomial_head(x, shape), name="decoder")
        pixels = image_head(x, shape, "sigmoid" if kind_of(shape).bounded else "linear")
        if self.decoder == "bernoulli":
            return keras.Model(codes, pixels, name="decoder")
        free = image_head(x, shape, "linear", name="log_variances")
        # between a standard deviation of 0.01 and 1, or black margins win without end
        log_variance = ops.clip(free, -9.2, 0.0)
        return keras.Model(codes, [pixels, log_variance], name="decoder")


def beta_binomial_head(x, shape: Shape) -> list:
    """Mean α / (α + β), log α and log β of each pixel, of dense layers for logit and log(α + β)."""
    import keras
    from keras import ops

    logits = image_head(x, shape, "linear")
    log_sums = ops.clip(image_head(x, shape, "linear", name="log_sums"), *LOG_SUMS)
    parts = [log_sums + ops.log_sigmoid(signed) for signed in (logits, -logits)]
    return [keras.layers.Activation("sigmoid")(logits), *(ops.maximum(p, LEAST) for p in parts)]
