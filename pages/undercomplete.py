"""Undercomplete: the code is smaller than the image."""

ABOUT = r"""
**The idea.** The code has fewer numbers than the image, so copying is impossible; what survives
is what the data has in common:

$$
z = s(W x + b), \qquad x' = \sigma(W' z + b'), \qquad \dim z < \dim x
$$

The classic for MNIST is 784-32-784: one number of the code stands for 24.5 pixels.

**When to use it.** To compress, to see structure, as a first detector of what is unusual: an
image unlike the training data does not fit through the bottleneck and comes back wrong.

**When not.** With too small a code everything blurs towards an average; with a large one it
becomes the overcomplete type. Sort the reconstructions by class and see which digits suffer.

**How to tell that it fails.** Held-out loss rises while training loss still falls (overfitting),
or both stay high (the code is too small, or the learning rate is).
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.type_page import type_page
    from aecore.dashboard.undercomplete import bottleneck

    type_page("undercomplete", ABOUT, own=("Bottleneck", bottleneck))
