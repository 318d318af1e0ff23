"""Sparse: few of many units are active."""

ABOUT = r"""
**The idea.** The code is large, but only a few units may be active for any one image. Each unit
then specialises: in a stroke, a loop or the end of a line.

$$
L = \text{reconstruction} + \beta \sum_j \mathrm{KL}(\rho \,\Vert\, \hat\rho_j), \qquad
\mathrm{KL}(\rho \Vert \hat\rho) =
\rho \ln\frac{\rho}{\hat\rho} + (1-\rho)\ln\frac{1-\rho}{1-\hat\rho}
$$

Here $\hat\rho_j$ is the mean activation of unit $j$. L1 penalises the activations themselves; top-k
keeps the $k$ largest activations and sets the others to zero.

**When to use it.** For features that work well with a simple classifier and that people can
inspect.

**When not to use it.** When the code has to be short: a sparse code is not a small one.

**Cost.** A large code: 1.6 million weights for 1,024 units on MNIST. Top-k has to find the largest
activations of each image, which makes an epoch about 1.4 times as long.

**Signs of failure.** Dead units, which are never active, or a penalty so strong that all
reconstructions are the same average image.

**Further reading.** Olshausen & Field 1996 on sparse codes of natural images,
[doi:10.1038/381607a0](https://doi.org/10.1038/381607a0); Makhzani & Frey 2013 on top-k,
[arXiv:1312.5663](https://arxiv.org/abs/1312.5663).
"""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.by_kind import by_kind
    from aecore.dashboard.types.sparse import units
    from aecore.dashboard.types.value_codes import value_units

    TRIALS = (
        Trial(
            "No penalty",
            "Now 88% of the units are active for an image. The squared error is 1.6 after ten "
            "epochs; with KL it is 3.9 by then, and the shipped model needs 40 epochs to reach "
            "1.6. Open *Units* and compare the features.",
            {"weight": 0.0},
            {"epochs": 10},
        ),
        Trial(
            "Only five active units",
            "Five of 1,024 units describe each digit, with a squared error of about 14, as for PCA "
            "with 30 components. Under *Units* they look like strokes and whole digits.",
            {"penalty": "top-k", "k": 5},
            {"epochs": 10},
        ),
        Trial(
            "L1 instead of KL",
            "After ten epochs the squared error is 1.7, compared with 3.9 for KL, but about 150 "
            "units are dead: L1 penalises all activity alike, while KL wants every unit to be "
            "active now and then.",
            {"penalty": "l1", "weight": 0.05},
            {"epochs": 10},
        ),
    )
    own = ("Units", by_kind(units, value_units))
    type_page("sparse", ABOUT, TRIALS, own, training_panel)
