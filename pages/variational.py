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
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.type_page import type_page
    from aecore.dashboard.variational import distribution

    type_page("variational", ABOUT, own=("Distribution", distribution))
