"""Panel: what a code is good for, when to trust the figures, and experiments to try."""

import streamlit as st

ABOUT = r"""
**The idea.** An encoder learns from data without labels. If its code holds what matters, a simple
classifier on top needs few labels, because the hard part has been learned already. The same code
makes a search: samples with similar content have nearby codes.

**Few labels.** A *linear classifier* (logistic regression) and a *nearest neighbour* learn from 10,
100, 1,000 and all labels. Beside the code they are given the raw values, and as many principal
components as the code has numbers. The encoder is not changed. With many labels raw values catch
up, for then there is enough data to learn from them directly: the gain of a code is at the left of
the chart.

**Search.** The code of your sample is compared with the codes of all training samples; those at the
smallest Euclidean distance are shown. Nothing but the code is looked at: what the encoder threw
away, the search cannot find.

**When not to trust it.**

- *Five draws of ten labels differ a lot.* Look at the intervals before you believe a difference.
- *An autoencoder keeps what helps to reconstruct*, which need not be what tells classes apart: the
  position and thickness of a stroke cost more pixels than the gap that makes a 3 out of an 8.
- *A small code is not a better code.* Two numbers can be looked at, but they mix classes.
- *The test data has the classes of the training data.* On other data the same code may fail.

**Experiments to try.**

1. *Code size.* Compare the variational model with 2 numbers with that of 16, at 100 labels.
2. *Sparse against small.* The sparse model has more numbers than an image has pixels. Is a linear
   classifier on them better or worse than on 32 numbers? And a nearest neighbour?
3. *Draw a digit* under *Search* with one stroke missing. Which training images are nearest, and
   from which model?
"""


def guide() -> None:
    """The text."""
    st.markdown(ABOUT)
