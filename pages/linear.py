"""Linear: it is PCA, found by gradient descent."""

ABOUT = r"""
**The idea.** One matrix down, one matrix up, nothing bent in between:

$$
z = W x + b, \qquad x' = W' z + b', \qquad \min_{W, W', b, b'} \; \lVert x - x' \rVert^2
$$

The best such map projects the image onto the directions in which the data varies most: the span
of the decoder's columns is the span of the first principal components. The single columns need
not be the components themselves: any invertible mix of the code does as well.

**When to use it.** As the yardstick. A non-linear network that is not better than this one at
the same code size has learnt nothing that PCA does not know.

**When not.** Where images move, turn or bend: such changes are curved in pixel space, and a flat
subspace needs many numbers to follow a curve. Look at the worst reconstructions: grey halos are
what a linear map makes of a stroke it cannot place.
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.linear import beside_pca
    from aecore.dashboard.type_page import type_page

    type_page("linear", ABOUT, own=("Beside PCA", beside_pca))
