"""Overcomplete: the code is larger than the image."""

ABOUT = r"""
**The idea.** With more code units than pixels, the network can pass every pixel through unchanged.
A tiny error then says nothing about what it has learnt.

$$
\dim z > \dim x \quad\Rightarrow\quad x' = x \text{ is possible without learning anything}
$$

A constraint prevents this: an L1 penalty on the code, weight decay, noise on the code, or
corruption of the input. Choose one under *Train* and compare.

**When to use it.** With such a constraint, because large codes make good features (see the sparse
and denoising types).

**When not to use it.** For compression or anomaly detection: a network that copies everything
copies anomalies as well.

**Cost.** Twice as many weights as pixels times units, 1.6 million for MNIST. Training is fast
because there are few layers.

**Signs of failure.** Under *Your data*, give it something it has never seen, such as a photo or
noise. A faithful copy is a bad sign.

**Further reading.** Vincent et al. 2010, *Stacked denoising autoencoders*,
[jmlr.org/papers/v11/vincent10a](https://jmlr.org/papers/v11/vincent10a.html); Alain & Bengio 2014
on what such a network learns about the density of the data,
[arXiv:1211.4246](https://arxiv.org/abs/1211.4246).
"""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.by_kind import by_kind
    from aecore.dashboard.types.overcomplete import copying
    from aecore.dashboard.types.value_copies import value_copying

    TRIALS = (
        Trial(
            "Only 1,000 images",
            "The loss curves separate: the training loss keeps falling (to 0.086) while the "
            "validation loss does not (0.093). With all images both end at the same value.",
            settings={"samples": 1000, "epochs": 100},
        ),
        Trial(
            "An L1 penalty on the code",
            "With L1 the squared error is about 1.2 after 15 epochs, without it 0.7 after 30, so "
            "not all of the difference is due to L1. Then open *Copying*: what does the model "
            "still copy?",
            {"regularizer": "l1", "strength": 0.01},
            {"epochs": 15},
        ),
    )
    own = ("Copying", by_kind(copying, value_copying))
    type_page("overcomplete", ABOUT, TRIALS, own, training_panel)
