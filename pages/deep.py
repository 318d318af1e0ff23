"""Deep: many layers each way."""

ABOUT = r"""
**The idea.** Each layer bends the space a little further. Together they flatten the curved set of
images into a few numbers. Thirty numbers describe MNIST far better than thirty principal
components: Hinton and Salakhutdinov reported a squared error of 3.00, compared with 13.87 for PCA.

**What made it work.** In 2006, greedy layer-wise pre-training. Today, good initial weights,
normalisation and Adam. You can turn each of them on and off under *Train*.

**When to use it.** When the code must be short and there are many training images.

**When not to use it.** With few images: the network has millions of parameters and memorises them.
And not for the sake of depth: a single wide layer may do as well (see *Depth*), and many narrow
layers do worse, because no later layer can restore what an early one has discarded.

**Cost.** 2.15 million parameters and six minutes of training on two cores, compared with 51
thousand parameters and 12 seconds for one layer each way. The layers are hard to interpret.

**Signs of failure.** The training loss is far below the validation loss: use fewer units, early
stopping or weight decay (AdamW). Or the loss stays where it began and every output is the mean
image: the gradient does not reach the first layers. Normalisation, GELU or ReLU, and pre-training
help.

**Further reading.** Glorot & Bengio 2010 on vanishing gradients,
[PMLR 9](https://proceedings.mlr.press/v9/glorot10a.html); Ba, Kiros & Hinton 2016, layer
normalisation, [arXiv:1607.06450](https://arxiv.org/abs/1607.06450); Kingma & Ba 2015, Adam,
[arXiv:1412.6980](https://arxiv.org/abs/1412.6980).
"""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.by_kind import by_kind
    from aecore.dashboard.types.deep import depth
    from aecore.dashboard.types.value_sweeps import value_depth

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
            "Sigmoid units, no normalisation, plain gradient descent. After four epochs the error "
            "is 52.9, that of the mean image: every output is the same grey blot.",
            OLD,
            PLAIN,
        ),
        Trial(
            "The same, pre-trained",
            "The same network and optimiser, but each pair of layers is first trained alone for "
            "three epochs. The error is now 12.3, better than PCA's 13.9.",
            {**OLD, "pretraining_epochs": 3},
            PLAIN,
        ),
        Trial(
            "One wide layer",
            "A single layer of 1,024 units each way reaches 4.0 in four epochs. Two layers of "
            "1,024 and 256 units are at 4.3 by then; the shipped model has them, and "
            "reaches 2.6 after 40 epochs.",
            {"encoder_layers": (1024,), "decoder_layers": (1024,)},
            {"epochs": 4},
        ),
    )
    own = ("Depth", by_kind(depth, value_depth))
    type_page("deep", ABOUT, TRIALS, own, training_panel)
