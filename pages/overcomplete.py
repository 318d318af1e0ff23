"""Overcomplete: the code is larger than the image."""

ABOUT = r"""
**The idea.** With more code units than pixels the network can pass every pixel through
unchanged. A tiny error then says nothing about what was understood.

$$
\dim z > \dim x \quad\Rightarrow\quad x' = x \text{ is possible without learning anything}
$$

What keeps it honest is a price on the code: an L1 penalty, weight decay, noise on the code, or
corruption of the input. Choose one under *Train* and compare.

**When to use it.** With such a price: large codes make good features (see the sparse and the
denoising type).

**When not.** To compress; or to find anomalies: a network that copies anything copies the
anomaly too.

**How to tell that it fails.** Feed it something it has never seen, a photo or noise, under *Your
images*: a faithful copy of it is a bad sign.

**What it costs.** Twice as many weights as pixels times units: 1.6 million for MNIST. Training is
quick, for the layers are few.

**Further reading.** Vincent et al. 2010, *Stacked denoising autoencoders*,
[jmlr.org/papers/v11/vincent10a](https://jmlr.org/papers/v11/vincent10a.html); Alain & Bengio 2014
on what such a network learns of the data's density,
[arXiv:1211.4246](https://arxiv.org/abs/1211.4246).
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.overcomplete import copying

    TRIALS = (
        Trial(
            "A thousand images only",
            "The two loss curves part: the training loss goes on falling (to 0.086), the held-out "
            "one stays behind (0.093). On all images they end together.",
            settings={"samples": 1000, "epochs": 100},
        ),
        Trial(
            "A price on the code",
            "With L1 the squared error is about 1.2 after fifteen epochs; without, 0.7 after "
            "thirty, so not all of the difference is L1's. Look at *Copying* afterwards: what "
            "does it still copy?",
            {"regularizer": "l1", "strength": 0.01},
            {"epochs": 15},
        ),
    )
    type_page("overcomplete", ABOUT, TRIALS, ("Copying", copying), training_panel)
