"""The guide of the Generation page."""

import streamlit as st

GUIDE = """
**How it works.** An autoencoder generates by decoding codes that no input had. A variational
autoencoder is trained so that codes drawn from its prior, N(0, I), decode well. Any other type
leaves gaps between the codes of the data, and codes from the gaps decode to nothing sensible. A
Gaussian mixture fitted to the codes of the training data avoids the gaps, and helps variational
types too (Ghosh et al. 2020, arXiv:1903.12436).

**The mixture** is fitted class by class; where there are no classes, to all codes at once. The
number of components is the one under which the codes of validation data are most likely. Codes of
more than 64 dimensions are described by their first 64 principal components. *Independent
Gaussians* have only the mean and the standard deviation of each latent dimension.

**The Fréchet distance** compares means and covariances of features. On MNIST the features come from
a small classifier that ships with this program, so the figures are not FIDs, which use an Inception
network; they can be compared with each other only. On other data the features are principal
components of the training data.

**Precision and recall** (Kynkäänniemi et al. 2019, arXiv:1904.06991). Each real sample has a
neighbourhood that reaches to its third nearest real neighbour. Precision is the share of generated
samples that lie in at least one of these neighbourhoods; recall is the same with real and generated
samples exchanged. Low precision: poor samples. Low recall: not all of the data are covered.

**Copies.** If nothing was memorised, a sample is as likely to lie nearest to any training sample as
to any validation sample. Copies make training samples the nearest more often than their number
explains. The share of copies that would account for this is an upper bound: a decoder that fits its
training data better than other data may bring samples nearer to them without copying. Chance alone
also puts one interval in forty above 0. So an interval just above 0 is a weak sign, and one that
begins above 5% a reason to look at the samples beside their nearest training samples. Test data do
not serve for this: those of MNIST were written by other people. Windows of one long series overlap
and change over time, so for them the test is only a hint.

The test sees copies of whole samples, by the distance between their values. Up to 10,000 samples
are tested, which tells shares of copies to about ± 8 percentage points on MNIST. A few copies among
thousands, or parts that were learnt by heart, go unnoticed.
"""


def guide() -> None:
    """The guide as text."""
    st.markdown(GUIDE)
