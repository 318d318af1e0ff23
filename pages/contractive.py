"""Contractive: a code that hardly moves."""

ABOUT = r"""
**The idea.** If the image changes a little, the code should hardly change. That is asked for
directly, by a penalty on the encoder's derivative:

$$
L = \text{reconstruction} + \lambda \left\lVert \frac{\partial z}{\partial x} \right\rVert_F^2
$$

For one sigmoid layer the norm has a closed form, $\sum_j (z_j(1-z_j))^2 \lVert w_j \rVert^2$; for
deeper encoders it is estimated with random signs while training.

Reconstruction pulls the other way: to rebuild an image, the code *must* feel the changes that
lead from one training image to another. What remains is a code that feels these and no others.

**When to use it.** For features that stay put under small noise.

**When not.** For the sharpest reconstructions: stiffness has its price.
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.contractive import stiffness
    from aecore.dashboard.type_page import type_page

    type_page("contractive", ABOUT, own=("Stiffness", stiffness))
