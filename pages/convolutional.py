"""Convolutional: local filters with shared weights."""

ABOUT = r"""
**The idea.** A pixel's neighbours matter more than the far corner, and a stroke is a stroke
wherever it lies. A small filter slides over the whole image, so that the same few weights serve
every place:

$$
h_{k}[i, j] = s\Big(\sum_{u, v, c} w_k[u, v, c]\; x[i+u, j+v, c] + b_k\Big)
$$

Each layer here halves the image's sides; transposed convolutions double them again.

**When to use it.** For images, nearly always: a tenth of the weights of a dense network for a
smaller error.

**When not.** Where neighbourhood means nothing, as in a table.

**What it costs.** Few parameters, but many multiplications: an epoch takes longer than with
dense layers.

**How to tell that it fails.** Blocks or a chequered pattern in the reconstruction: the transposed
convolutions overlap unevenly. Or, under *Filters and maps*, maps that are all alike or empty.

**Further reading.** Masci et al. 2011,
[doi:10.1007/978-3-642-21735-7_7](https://doi.org/10.1007/978-3-642-21735-7_7); Odena et al. 2016
on chequered patterns, [doi:10.23915/distill.00003](https://doi.org/10.23915/distill.00003); Dong et
al. 2014 on super-resolution, [arXiv:1501.00092](https://arxiv.org/abs/1501.00092).
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.convolutional import filters_and_maps

    TRIALS = (
        Trial(
            "A code of eight",
            "A quarter of the numbers: the squared error is about 14 after three epochs, that of "
            "PCA with 30. The dense layers around the code shrink with it, to 40 k weights.",
            {"latent_size": 8},
            {"epochs": 3},
        ),
        Trial(
            "Few filters",
            "Four and eight filters, 27 k weights in all, and still a squared error near 5.6 after "
            "three epochs; the dense 784-32-784 makes 7.5 with twice the weights.",
            {"filters": (4, 8)},
            {"epochs": 3},
        ),
    )
    own = ("Filters and maps", filters_and_maps)
    type_page("convolutional", ABOUT, TRIALS, own, training_panel)
