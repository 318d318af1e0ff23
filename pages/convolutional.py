"""Convolutional: local filters with shared weights."""

ABOUT = r"""
**The idea.** Neighbouring pixels belong together, and a stroke looks the same wherever it lies. A
small filter slides over the image, so that the same few weights are used at every position:

$$
h_{k}[i, j] = s\Big(\sum_{u, v, c} w_k[u, v, c]\; x[i+u, j+v, c] + b_k\Big)
$$

Each layer of the encoder halves the height and width of the image; the transposed convolutions of
the decoder double them again.

**When to use it.** Almost always for images: on MNIST the error is about that of the deep dense
network, with a twentieth of the weights.

**When not to use it.** For data without neighbourhoods, such as the columns of a table.

**Cost.** Few parameters but many multiplications: an epoch takes longer than with dense layers.

**Signs of failure.** Blocks or a checkerboard pattern in the reconstruction: the transposed
convolutions overlap unevenly. Or, under *Filters and maps*, feature maps that are empty or all
alike.

**Further reading.** Masci et al. 2011,
[doi:10.1007/978-3-642-21735-7_7](https://doi.org/10.1007/978-3-642-21735-7_7); Odena et al. 2016
on checkerboard artefacts, [doi:10.23915/distill.00003](https://doi.org/10.23915/distill.00003);
Dong et al. 2014 on super-resolution, [arXiv:1501.00092](https://arxiv.org/abs/1501.00092).
"""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.by_kind import by_kind, says
    from aecore.dashboard.types.convolutional import filters_and_maps

    TRIALS = (
        Trial(
            "Latent size 8",
            "A quarter of the latent size: after three epochs the squared error is about 14, as "
            "for PCA with 30 components. The dense layers around the code shrink as well, to "
            "40 k weights.",
            {"latent_size": 8},
            {"epochs": 3},
        ),
        Trial(
            "Few filters",
            "With 4 and 8 filters, 27 k weights in all, the squared error is still about 5.6 after "
            "three epochs. The dense 784-32-784 network reaches 7.5 with twice the weights.",
            {"filters": (4, 8)},
            {"epochs": 3},
        ),
    )
    own = (
        "Filters and maps",
        by_kind(filters_and_maps, says("Feature maps are shown for images only.")),
    )
    type_page("convolutional", ABOUT, TRIALS, own, training_panel)
