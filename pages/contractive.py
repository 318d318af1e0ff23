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

**What it costs.** Next to nothing for one layer, where the norm has a closed form; 1.6 times a
plain step for a deeper encoder.

**How to tell that it fails.** The norm is small, but so is the probe's accuracy, or all codes lie
together: with a large λ the encoder ignores the image. Compare with the twin under *Stiffness*.

**Further reading.** Rifai et al. 2011, *Contractive auto-encoders*, ICML; Alain & Bengio 2014 on
its kinship with denoising, [arXiv:1211.4246](https://arxiv.org/abs/1211.4246).
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.contractive import stiffness

    TRIALS = (
        Trial(
            "Without the penalty",
            "The squared error on clean images is 3.2, against 3.6 with λ = 0.1 and as many "
            "epochs, and the squared norm of the derivative is 91 instead of 17. Open "
            "*Stiffness* and add noise: which code moves further?",
            {"weight": 0.0},
        ),
        Trial(
            "Ten times the penalty",
            "The squared error rises from 3.6 to 5.1, and the squared norm of the derivative falls "
            "from 17 to 5. The model that is shipped (λ = 0.05) has 1.8 because it trained for "
            "forty epochs, not twelve.",
            {"weight": 1.0},
        ),
    )
    type_page("contractive", ABOUT, TRIALS, ("Stiffness", stiffness), training_panel)
