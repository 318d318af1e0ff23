"""Linear: it is PCA, found by gradient descent."""

ABOUT = r"""
**The idea.** One matrix encodes, one matrix decodes, and there is no non-linearity in between:

$$
z = W x + b, \qquad x' = W' z + b', \qquad \min_{W, W', b, b'} \; \lVert x - x' \rVert^2
$$

The best map of this kind projects the image onto the directions in which the data vary most: the
columns of the decoder span the same subspace as the first principal components. The columns need
not be the components themselves, since any invertible transformation of the code gives the same
reconstruction.

**When to use it.** As a baseline, and where speed or interpretability matters most. PCA finds the
same answer without training. A non-linear network with the same latent size and no smaller error
has learnt nothing that PCA does not know.

**When not to use it.** When images shift, rotate or bend: such changes are curved paths in pixel
space, and a flat subspace needs many dimensions to follow a curve (*Compared with PCA* counts
them).

**Cost.** Very little: two matrices with 51 thousand weights for MNIST and a latent size of 32, and
a few seconds of training.

**Signs of failure.** PCA gives the exact answer, so the error must equal that of PCA and all
principal angles must be close to 0. A larger error means that the learning rate is too large or
that there were too few epochs. In the images, look at the worst reconstructions: grey halos appear
around strokes that the linear map cannot represent.

**Further reading.** Bourlard & Kamp 1988,
[doi:10.1007/BF00332918](https://doi.org/10.1007/BF00332918); Plaut 2018,
[arXiv:1804.10253](https://arxiv.org/abs/1804.10253) on how to
recover the components from the weights.
"""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.by_kind import by_kind
    from aecore.dashboard.types.linear import beside_pca
    from aecore.dashboard.types.value_pca import values_beside_pca

    TRIALS = (
        Trial(
            "Untied initial weights",
            "Encoder and decoder start with independent weights. The loss is higher after the "
            "first epoch (0.028 instead of 0.024), but there is only one minimum: the error "
            "reaches 13.20 and the largest angle 1°, as with tied weights.",
            {"tied_start": False},
        ),
        Trial(
            "Latent size 128",
            "The error falls to 3.33, only 1% above PCA's 3.30. But the largest principal angles "
            "under *Compared with PCA* are 53°, 59° and 78°: the last components explain so little "
            "variance that twelve epochs do not find them.",
            {"latent_size": 128},
        ),
        Trial(
            "A learning rate that is too large",
            "With a constant learning rate of 0.3 the error is 54, worse than always predicting "
            "the mean image (53). A single minimum does not help if every step jumps over it.",
            {},
            {"learning_rate": 0.3, "schedule": "constant"},
        ),
    )
    own = ("Compared with PCA", by_kind(beside_pca, values_beside_pca))
    type_page("linear", ABOUT, TRIALS, own, training_panel)
