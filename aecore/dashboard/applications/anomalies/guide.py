"""Panel: what a detector of anomalies does, when to trust it, and experiments to try."""

import streamlit as st

ABOUT = r"""
**The idea.** An autoencoder that has only seen normal data learns to compress and to rebuild
normal data. What it rebuilds badly, or what has an unusual code, is likely to be an anomaly. No
anomaly is needed for training, which is why this is used where anomalies are rare, or where nobody
knows yet what the next one will look like.

**Three parts make a detector.** A *score* says how unusual a sample is; it is fixed by the kind of
data before any label is seen. A *threshold* turns scores into alarms; it comes from normal
validation data, as the share of false alarms that you can live with. *Labels*, if there are any,
only measure the result.

**Is the network worth it?** Often not: PCA, nearest neighbours and isolation forest need no
training worth the name. They are fitted to the same normal data and measured on the same samples,
and the page says which is better, by how much, and whether chance can explain the difference.

**How sure is the threshold?** With $n$ normal validation samples, a share of false alarms below
$1/(n+1)$ cannot be guaranteed, and a small one is uncertain: the interval beside it says how much.

**When not to trust it.**

- *A code that is too large* rebuilds the anomalies as well: see the second experiment.
- *Simple samples are easy to rebuild.* The shipped undercomplete model of all ten digits rebuilds
  an all-black image better than any of 3,000 test digits: its error is 0.05, that of the digits 7.5
  at the median. Scores that look at the code may see it; the reconstruction error cannot.
- *Far from the training data anything may happen*: samples far away can be rebuilt almost
  perfectly (Bouman & Heskes 2025, [arXiv:2501.13864](https://arxiv.org/abs/2501.13864)).
- *Anomalies in the training data* are learnt like everything else: many of one kind become normal.
- *Point-adjusted F1* of a time series counts a whole event as found if a single step of it is
  flagged. A random score looks good by it (Kim et al. 2022,
  [arXiv:2109.05257](https://arxiv.org/abs/2109.05257)), so it is only shown beside that of random
  alarms.

**Experiments to try.**

1. *One digit is normal.* MNIST, Undercomplete, with the reconstruction error as the score. If the 1
   is normal, the area under the ROC curve is above 0.99; if the 8 is, it is about 0.88. Then look
   at the 1s among the anomalies: against them alone the area is about 0.45, less than chance, for a
   single stroke is easier to rebuild than an 8.
2. *Too large a code.* The same with 8 as the normal digit and other latent sizes: about 0.84 with 4
   numbers, 0.88 with 32, and 0.81 with 256, which rebuild the other digits as well.
3. *Benign and malignant.* Breast cancer: the benign cells are normal. Look at the reasons of a
   flagged row: which columns weigh most? Is the network better than an isolation forest?
4. *Few normal samples.* Train on the 8×8 digits with one normal class: 13 validation images leave
   the share of false alarms between 0.2% and 25%.
"""


def guide() -> None:
    """The text."""
    st.markdown(ABOUT)
