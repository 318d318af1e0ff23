"""Variational: a distribution over codes."""

ABOUT = r"""
**The idea.** The encoder outputs not a point but a small cloud, $q(z \mid x) = \mathcal N(\mu(x),
\operatorname{diag} \sigma^2(x))$, and the decoder outputs a distribution over images. Both are
trained on a lower bound of the log-likelihood of the data, the ELBO:

$$
\log p(x) \;\ge\; \underbrace{\mathbb E_{q(z|x)} \log p(x \mid z)}_{\text{reconstruction}}
\;-\; \beta\,
\underbrace{\mathrm{KL}\big(q(z \mid x) \,\Vert\, \mathcal N(0, I)\big)}_{\text{code}}
$$

The second term packs the clouds around the origin without gaps, so that every code in between
decodes to something plausible: move the sliders under *Latent space*.

**When to use it.** To generate images, to morph one image into another, and to quantify
uncertainty.

**When not to use it.** For the sharpest reconstructions with two latent dimensions: the clouds
overlap, and overlap means blur.

**Three decoders.** *Bernoulli*: each pixel has a probability of being on. *Gaussian*: each pixel
has a mean and a variance of its own, both learnt. *Beta-binomial*: each pixel has a distribution
over the 256 grey values, which lossless compression needs.

**Cost.** No more than a dense network with the same layers; each step draws one code per image.

**Signs of failure.** Latent dimensions with a KL of 0 are unused (*Distribution* lists them). If
all of them are, the decoder ignores the code (posterior collapse). Samples that look like nothing
mean gaps between the codes of the data: increase beta, or train longer.

**Further reading.** Kingma & Welling 2013, [arXiv:1312.6114](https://arxiv.org/abs/1312.6114);
Higgins et al. 2017 on beta, [openreview.net/forum?id=Sy2fzU9gl](https://openreview.net/forum?id=Sy2fzU9gl);
Burda et al. 2016 on a tighter bound, [arXiv:1509.00519](https://arxiv.org/abs/1509.00519).
"""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.by_kind import by_kind
    from aecore.dashboard.types.value_codes import value_distribution
    from aecore.dashboard.types.variational import distribution

    TRIALS = (
        Trial(
            "Beta 4",
            "Latent size 16 with a KL term that weighs four times as much: the KL falls to about 9 "
            "nats and the images blur (squared error about 15, compared with 6 for beta 1). Open "
            "*Distribution*: most latent dimensions are no longer used.",
            {"latent_size": 16, "beta": 4.0},
            {"epochs": 8},
        ),
        Trial(
            "Beta 0",
            "Nothing holds the codes together: the KL, which is not penalised, ends near 25 nats "
            "instead of 7. Samples from the prior look worse, although the reconstructions do not.",
            {"beta": 0.0},
            {"epochs": 8},
        ),
    )
    own = ("Distribution", by_kind(distribution, value_distribution))
    type_page("variational", ABOUT, TRIALS, own, training_panel)
