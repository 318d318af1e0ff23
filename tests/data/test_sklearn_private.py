"""scikit-learn's digits lie where they are looked for."""

import numpy as np
from sklearn.datasets import load_digits

from aecore.data.sklearn_private import first_digits


def test_the_first_digits_are_read_without_scikit_learn():
    np.testing.assert_array_equal(first_digits(10), load_digits().data[:10])
