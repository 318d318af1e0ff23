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
$1/n$ cannot be set at all, and a small one is uncertain: the interval beside it says how much.

**When not to trust it.**

- *A code that is too large* rebuilds the anomalies as well. A larger network can be a worse
  detector.
- *Simple samples are easy to rebuild.* An all-black image among digits has almost no error,
  however unusual it is. Scores that look at the code see it; the reconstruction error alone does
  not.
- *Far from the training data anything may happen*: samples far away can be rebuilt almost
  perfectly (Bouman & Heskes 2025, [arXiv:2501.13864](https://arxiv.org/abs/2501.13864)).
- *Anomalies in the training data* are learnt like everything else. A few do little harm; many of
  one kind become normal.
- *Point-adjusted F1* of a time series counts a whole event as found if a single step of it is
  flagged. A random score looks good by it (Kim et al. 2022,
  [arXiv:2109.05257](https://arxiv.org/abs/2109.05257)), so it is only shown beside that of random
  alarms.

**Experiments to try.**

1. *One digit is normal.* Choose MNIST, click one digit, train. Digits that are easy to draw, such
   as 1, are the easiest to learn; see which other digits come closest to the threshold.
2. *Too large a code.* Train Undercomplete and Overcomplete at once on the same normal class, and
   compare their areas under the ROC curve with those of the baselines.
3. *Benign and malignant.* Breast cancer: the benign cells are normal. Look at the reasons of a
   flagged row: which columns weigh most?
4. *Few normal samples.* Train on a small data set and watch the interval of the false alarms
   widen.
"""


def guide() -> None:
    """The text."""
    st.markdown(ABOUT)
