"""Panel: what a code is good for, when to trust the figures, and experiments to try."""

import streamlit as st

ABOUT = r"""
**The idea.** An encoder learns from data without labels. If its code holds what matters, a simple
classifier on top needs few labels, because the hard part has been learnt already. The same code
makes a search: samples with similar content have nearby codes.

**Few labels.** A *linear classifier* (logistic regression) and a *nearest neighbour* learn from 10,
100, 1,000 and all labels. Beside the code they are given the raw values, and as many principal
components as the code has numbers. The encoder is not changed. With many labels raw values catch
up, for then there is enough data to learn from them directly: the gain of a code is at the left of
the chart.

**Search.** The code of your sample is compared with the codes of all training samples; those at the
smallest Euclidean distance are shown. Nothing but the code is looked at: what the encoder threw
away, the search cannot find.

**Fine-tuning.** The encoder can learn on: a linear classifier is fitted to the codes, becomes the
last layer, and the whole network is trained on the labels. Beside it the same network starts from
random weights, with the same labels, steps and learning rate. The difference is what pre-training
is worth. It shrinks with the number of labels: with enough of them, a network learns all it needs.

**Layers.** The code has been squeezed for reconstruction. An earlier layer of a deep encoder may
hold more that tells classes apart.

**When not to trust it.**

- *Five draws of ten labels differ a lot.* Look at the intervals before you believe a difference.
- *An autoencoder keeps what helps to reconstruct*, which need not be what tells classes apart: the
  position and thickness of a stroke cost more pixels than the gap that makes a 3 out of an 8.
- *A small code is not a better code.* Two numbers can be looked at, but they mix classes.
- *The test data have the classes of the training data.* On other data the same code may fail.

**Experiments to try.**

1. *Which code is best?* On MNIST with 100 labels, a linear classifier is right on 75.7 % of the
   test images by their pixels, on 82.5% by the code of the convolutional model, and on 92.9% by
   that of the denoising model, which had to learn what a stroke is. But its code has 3,136 numbers.
2. *Code size.* Measure the variational model with 2 numbers and that with 16. Two numbers can be
   looked at; what do they cost a classifier?
3. *Draw a digit* under *Search* with one stroke missing. Which training images are nearest, and by
   the code of which model?
"""


def guide() -> None:
    """The text."""
    st.markdown(ABOUT)
