"""Variational: a distribution over codes."""

ABOUT = r"""
**The idea.** The encoder gives not a point but a small cloud, $q(z \mid x) = \mathcal N(\mu(x),
\operatorname{diag} \sigma^2(x))$; the decoder gives a distribution over images. Both are trained
on a lower bound of the data's log-likelihood:

$$
\log p(x) \;\ge\; \underbrace{\mathbb E_{q(z|x)} \log p(x \mid z)}_{\text{reconstruction}}
\;-\; \beta\,
\underbrace{\mathrm{KL}\big(q(z \mid x) \,\Vert\, \mathcal N(0, I)\big)}_{\text{code}}
$$

The second term packs the clouds around the origin without gaps, so that every code in between
decodes to something plausible: move the sliders under *Latent space*.

**When to use it.** To generate, to morph from one image to another, to say how sure it is.

**When not.** For the sharpest reconstructions at two dimensions: the clouds overlap, and overlap
blurs.

**Two decoders.** Bernoulli: each pixel is a chance of being on. Gaussian: each pixel has a mean
and a variance of its own, both learnt.

**What it costs.** No more than a dense network of the same layers; each image draws one code a
step.

**How to tell that it fails.** Numbers of the code with a KL of 0 are not in use (*Distribution*
lists them); with all of them at 0 the decoder ignores the code (posterior collapse). Samples that
look like nothing mean gaps between the codes of the data: raise beta, or train longer.

**Further reading.** Kingma & Welling 2013, [arXiv:1312.6114](https://arxiv.org/abs/1312.6114);
Higgins et al. 2017 on beta, [openreview.net/forum?id=Sy2fzU9gl](https://openreview.net/forum?id=Sy2fzU9gl);
Burda et al. 2016 on a tighter bound, [arXiv:1509.00519](https://arxiv.org/abs/1509.00519).
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.variational import distribution

    TRIALS = (
        Trial(
            "Beta 4",
            "Sixteen numbers, each four times as dear: the KL falls to about 9 nats and the images "
            "blur (squared error near 15, with beta 1 about 6). Open *Distribution*: most numbers "
            "are not in use any more.",
            {"latent_size": 16, "beta": 4.0},
            {"epochs": 8},
        ),
        Trial(
            "Beta 0",
            "Nothing holds the codes together: the KL, which is not charged, ends near 25 nats "
            "instead of 7, and samples from the prior look worse although the reconstructions do "
            "not.",
            {"beta": 0.0},
            {"epochs": 8},
        ),
    )
    type_page("variational", ABOUT, TRIALS, ("Distribution", distribution), training_panel)
