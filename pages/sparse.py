"""Sparse: few of many units are active."""

ABOUT = r"""
**The idea.** The code is large, but for one image only a few units may be on. Each unit then
comes to stand for something: a stroke, a loop, an end.

$$
L = \text{reconstruction} + \beta \sum_j \mathrm{KL}(\rho \,\Vert\, \hat\rho_j), \qquad
\mathrm{KL}(\rho \Vert \hat\rho) =
\rho \ln\frac{\rho}{\hat\rho} + (1-\rho)\ln\frac{1-\rho}{1-\hat\rho}
$$

with $\hat\rho_j$ the mean activity of unit $j$. L1 charges activity itself; top-k simply keeps
the $k$ strongest units and switches off the rest.

**When to use it.** For features that a simple classifier can use, and that a person can look at.

**When not.** When the code has to be short: sparse is not small.

**How to tell that it fails.** Dead units (never on) or a penalty so strong that all images come
back as the same average.

**What it costs.** A large code: 1.6 million weights for 1,024 units of MNIST. Top-k sorts each
image's activities, which makes an epoch about twice as long.

**Further reading.** Olshausen & Field 1996 on sparse codes of natural images,
[doi:10.1038/381607a0](https://doi.org/10.1038/381607a0); Makhzani & Frey 2013 on top-k,
[arXiv:1312.5663](https://arxiv.org/abs/1312.5663).
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.sparse import units

    TRIALS = (
        Trial(
            "No penalty",
            "An image now has 88 % of the units on. After ten epochs the squared error is 1.6; "
            "with KL it is 3.9 by then, and 1.6 only after the forty of the model that is shipped. "
            "Open *Units* and compare the features.",
            {"weight": 0.0},
            {"epochs": 10},
        ),
        Trial(
            "Only the five strongest",
            "Five units of 1,024 draw each digit, with a squared error near 14, about that of PCA "
            "with 30 numbers. Under *Units* they look like strokes and whole digits.",
            {"penalty": "top-k", "k": 5},
            {"epochs": 10},
        ),
        Trial(
            "L1 instead of KL",
            "After ten epochs the squared error is 1.7 where KL has 3.9, but some 150 units die: "
            "L1 charges all activity alike, KL asks every unit to be on sometimes.",
            {"penalty": "l1", "weight": 0.05},
            {"epochs": 10},
        ),
    )
    type_page("sparse", ABOUT, TRIALS, ("Units", units), training_panel)
