"""Contractive: the code changes little when the image does."""

ABOUT = r"""
**The idea.** A small change of the image should change the code only a little. The loss asks for
this directly, with a penalty on the derivative of the encoder:

$$
L = \text{reconstruction} + \lambda \left\lVert \frac{\partial z}{\partial x} \right\rVert_F^2
$$

For a single sigmoid layer the norm has a closed form, $\sum_j (z_j(1-z_j))^2 \lVert w_j \rVert^2$.
For deeper encoders it is estimated with random projections during training.

The reconstruction error pulls the other way: to rebuild an image, the code *must* respond to the
changes that lead from one training image to another. The result is a code that responds to these
changes and ignores the others.

**When to use it.** For features that are robust to small amounts of noise.

**When not to use it.** For the sharpest reconstructions: the penalty always costs some accuracy.

**Cost.** Almost none for one layer, thanks to the closed form. A deeper encoder makes a training
step 1.6 times as expensive.

**Signs of failure.** The norm is small, but the accuracy of a linear probe is low as well, or all
codes lie close together: λ is so large that the encoder ignores the image. Compare with the
unpenalised model under *Sensitivity*.

**Further reading.** Rifai et al. 2011, *Contractive auto-encoders*, ICML; Alain & Bengio 2014 on
the relation to denoising, [arXiv:1211.4246](https://arxiv.org/abs/1211.4246).
"""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.by_kind import by_kind
    from aecore.dashboard.types.contractive import sensitivity
    from aecore.dashboard.types.value_codes import value_sensitivity

    TRIALS = (
        Trial(
            "Without the penalty",
            "The squared error on clean images is 3.2, compared with 3.6 for λ = 0.1 and the same "
            "number of epochs; the squared norm of the derivative is 91 instead of 17. Open "
            "*Sensitivity* and add noise: which code moves further?",
            {"weight": 0.0},
        ),
        Trial(
            "Ten times the penalty",
            "The squared error rises from 3.6 to 5.1 and the squared norm of the derivative falls "
            "from 17 to 5. The shipped model (λ = 0.05) reaches an error of 1.8 because it was "
            "trained for 40 epochs instead of 12.",
            {"weight": 1.0},
        ),
    )
    own = ("Sensitivity", by_kind(sensitivity, value_sensitivity))
    type_page("contractive", ABOUT, TRIALS, own, training_panel)
