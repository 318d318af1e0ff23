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
becomes the overcomplete type. With very few numbers and one layer it is no better than PCA, which
needs no training: *Bottleneck* shows from which size on it pays.

**What it costs.** Two matrices: 51 thousand parameters for 784-32-784, 12 seconds of training, and
a code that nobody can read without the decoder.

**How to tell that it fails.** Held-out loss rises while training loss still falls (overfitting),
or both stay high (the code is too small, or the learning rate is). Some classes may suffer while
the mean looks well: *Bottleneck* has the error by class.

**Further reading.** Goodfellow, Bengio & Courville 2016, *Deep Learning*, section 14.1
([deeplearningbook.org](https://www.deeplearningbook.org/contents/autoencoders.html)).
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.undercomplete import bottleneck

    TRIALS = (
        Trial(
            "The textbook run",
            "Ten epochs at a rate of 0.001 that stays: the error ends at 8.3 and is still falling. "
            "The forty epochs of this page's recipe, its rate falling from 0.003, end at 7.5.",
            {},
            {"epochs": 10, "learning_rate": 1e-3, "schedule": "constant"},
        ),
        Trial(
            "A code of two",
            "The error is 44.3, a little worse than PCA's 43.6, and the similarity (SSIM) 0.25. "
            "PCA's two numbers may be negative; these, after a relu, may not.",
            {"latent_size": 2},
        ),
        Trial(
            "A hidden layer before the code",
            "With 256 units on each side the same 32 numbers bring the error from 7.5 to 4.9, for "
            "eight times the parameters. This is where the deep type begins.",
            {"encoder_layers": (256,), "decoder_layers": (256,)},
            {"epochs": 20},
        ),
    )
    type_page("undercomplete", ABOUT, TRIALS, ("Bottleneck", bottleneck), training_panel)
