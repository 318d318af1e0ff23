"""Linear: it is PCA, found by gradient descent."""

ABOUT = r"""
**The idea.** One matrix down, one matrix up, nothing bent in between:

$$
z = W x + b, \qquad x' = W' z + b', \qquad \min_{W, W', b, b'} \; \lVert x - x' \rVert^2
$$

The best such map projects the image onto the directions in which the data varies most: the span
of the decoder's columns is the span of the first principal components. The single columns need
not be the components themselves: any invertible mix of the code does as well.

**When to use it.** As the yardstick, and where speed or explanation counts most: PCA finds the
same answer without training. A non-linear network that is not better than this one at the same
code size has learnt nothing that PCA does not know.

**When not.** Where images move, turn or bend: such changes are curved in pixel space, and a flat
subspace needs many numbers to follow a curve (*Beside PCA* counts them).

**What it costs.** Next to nothing: two matrices, 51 thousand numbers for MNIST with a code of 32,
and a few seconds of training.

**How to tell that it fails.** Against PCA there is an exact answer: the error must be PCA's, and
all principal angles near 0. Errors well above it mean a rate too large or too few epochs. Against
the images, look at the worst reconstructions: grey halos are what a linear map makes of a stroke
it cannot place.

**Further reading.** Bourlard & Kamp 1988, doi:10.1007/BF00332918; Plaut 2018, arXiv:1804.10253
(how the components themselves are had from the weights).
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.linear import beside_pca

    TRIALS = (
        Trial(
            "Start without a tie",
            "Encoder and decoder start apart. The first epoch ends higher (loss 0.028 against "
            "0.024), but there is one valley only: the error comes to 13.20 and the largest angle "
            "to 1°, as with the tie.",
            {"tied_start": False},
        ),
        Trial(
            "A code of 128",
            "The error falls to 3.33, only 1 % above PCA's 3.30. But look at the largest principal "
            "angles under *Beside PCA*: 53°, 59° and 78°. The last axes hold so little variance "
            "that twelve epochs do not find them.",
            {"latent_size": 128},
        ),
        Trial(
            "A step too large",
            "A rate of 0.3 that never falls: the error is 54, more than the 53 of a map that gives "
            "the mean image whatever it sees. One valley does not help whoever leaps over it.",
            {},
            {"learning_rate": 0.3, "schedule": "constant"},
        ),
    )
    type_page("linear", ABOUT, TRIALS, ("Beside PCA", beside_pca), training_panel)
