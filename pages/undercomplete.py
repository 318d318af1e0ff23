"""Undercomplete: the code is smaller than the image."""

ABOUT = r"""
**The idea.** The code has fewer numbers than the image, so the network cannot copy. It has to keep
what the images have in common:

$$
z = s(W x + b), \qquad x' = \sigma(W' z + b'), \qquad \dim z < \dim x
$$

The classic network for MNIST is 784-32-784: each number of the code stands for 24.5 pixels.

**When to use it.** For compression, to find structure, and as a first anomaly detector: an image
unlike the training data does not fit through the bottleneck and is reconstructed poorly.

**When not to use it.** If the code is too small, everything blurs towards an average; if it is
large, the network becomes overcomplete. With very few numbers and one layer it is no better than
PCA, which needs no training: *Bottleneck* shows from which latent size it is worth it.

**Cost.** Two matrices with 51 thousand parameters for 784-32-784 and 12 seconds of training. The
code means nothing without the decoder.

**Signs of failure.** The validation loss rises while the training loss still falls (overfitting),
or both stay high (the code or the learning rate is too small). Some classes can be reconstructed
badly although the mean looks good: *Bottleneck* shows the error by class.

**Further reading.** Goodfellow, Bengio & Courville 2016, *Deep Learning*, section 14.1
([deeplearningbook.org](https://www.deeplearningbook.org/contents/autoencoders.html)).
"""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.by_kind import by_kind
    from aecore.dashboard.types.undercomplete import bottleneck
    from aecore.dashboard.types.value_sweeps import value_bottleneck

    TRIALS = (
        Trial(
            "The textbook settings",
            "Ten epochs at a constant learning rate of 0.001: the error ends at 8.3 and is still "
            "falling. This page's defaults, 40 epochs with a rate that decays from 0.003, reach "
            "7.5.",
            {},
            {"epochs": 10, "learning_rate": 1e-3, "schedule": "constant"},
        ),
        Trial(
            "Latent size 2",
            "The error is 44.3, slightly worse than PCA's 43.6, and the SSIM is 0.25. PCA's two "
            "numbers may be negative; after a ReLU these may not.",
            {"latent_size": 2},
        ),
        Trial(
            "A hidden layer before the code",
            "With 256 hidden units on each side and the same latent size of 32, the error falls "
            "from 7.5 to 4.9, for eight times the parameters. This is where the deep type begins.",
            {"encoder_layers": (256,), "decoder_layers": (256,)},
            {"epochs": 20},
        ),
    )
    own = ("Bottleneck", by_kind(bottleneck, value_bottleneck))
    type_page("undercomplete", ABOUT, TRIALS, own, training_panel)
