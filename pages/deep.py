"""Deep: many layers each way."""

ABOUT = r"""
**The idea.** Each layer bends the space a little further; together they flatten a curved set of
images into a few numbers. Thirty numbers rebuild MNIST far better than thirty principal
components: Hinton and Salakhutdinov reported a squared error of 3.00 against 13.87.

**What made it possible.** In 2006: greedy pre-training, layer by layer. Today: good starting
weights, normalisation and Adam. Both can be switched on and off under *Train*.

**When to use it.** When the code must be short and there are many images to learn from.

**When not.** With few images: it has millions of parameters and learns them by heart.

**How to tell that it fails.** Training loss far below held-out loss. Fewer units, early stopping
or weight decay (AdamW) help.
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.deep import depth
    from aecore.dashboard.type_page import type_page

    type_page("deep", ABOUT, own=("Depth", depth))
