"""Deep: many layers each way."""

ABOUT = r"""
**The idea.** Each layer bends the space a little further; together they flatten a curved set of
images into a few numbers. Thirty numbers rebuild MNIST far better than thirty principal
components: Hinton and Salakhutdinov reported a squared error of 3.00 against 13.87.

**What made it possible.** In 2006: greedy pre-training, layer by layer. Today: good starting
weights, normalisation and Adam. Both can be switched on and off under *Train*.

**When to use it.** When the code must be short and there are many images to learn from.

**When not.** With few images: it has millions of parameters and learns them by heart. Nor for
depth's own sake: with equal training one wide layer may do as well (*Depth* lays them side by
side), and many narrow ones do worse, for what an early layer drops no later one can restore.

**What it costs.** 2.15 million parameters and six minutes of training on two cores, against 51
thousand and twelve seconds for one layer each way. The code cannot be read layer by layer.

**How to tell that it fails.** Training loss far below held-out loss: fewer units, early stopping
or weight decay (AdamW) help. Or a loss that stays where it began, every output the mean image:
the gradient does not reach the first layers. Normalisation, gelu or relu and pre-training help.

**Further reading.** Glorot & Bengio 2010 on why gradients vanish,
[PMLR 9](https://proceedings.mlr.press/v9/glorot10a.html); Ba, Kiros & Hinton 2016, layer
normalisation, [arXiv:1607.06450](https://arxiv.org/abs/1607.06450); Kingma & Ba 2015, Adam,
[arXiv:1412.6980](https://arxiv.org/abs/1412.6980).
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.deep import depth

    OLD = {
        "activation": "sigmoid",
        "normalization": "none",
        "encoder_layers": (512, 256, 128),
        "decoder_layers": (128, 256, 512),
    }
    PLAIN = {"optimizer": "sgd", "learning_rate": 0.1, "epochs": 4}
    TRIALS = (
        Trial(
            "Deep as in 2005",
            "Sigmoids, no normalisation, plain descent. After four epochs the error is 52.9, that "
            "of the mean image: whatever it sees, it gives the same grey blot.",
            OLD,
            PLAIN,
        ),
        Trial(
            "The same, pre-trained",
            "The same network and descent, but each pair of layers first learns alone for three "
            "epochs. The error is 12.3: better than PCA's 13.9, where it was stuck before.",
            {**OLD, "pretraining_epochs": 3},
            PLAIN,
        ),
        Trial(
            "One wide layer",
            "A single layer of 1024 units each way comes to 4.0 in four epochs. Two layers, 1024 "
            "and 256, are at 4.3 by then; the shipped model has them and needs 40 epochs for 2.6.",
            {"encoder_layers": (1024,), "decoder_layers": (1024,)},
            {"epochs": 4},
        ),
    )
    type_page("deep", ABOUT, TRIALS, ("Depth", depth), training_panel)
