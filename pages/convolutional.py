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
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.convolutional import filters_and_maps
    from aecore.dashboard.type_page import type_page

    type_page("convolutional", ABOUT, own=("Filters and maps", filters_and_maps))
