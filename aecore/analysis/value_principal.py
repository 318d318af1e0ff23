"""Principal components of a table's prepared rows, or of a series' windows."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.principal import SIZES, principal_components
from aecore.analysis.rows import row_errors
from aecore.analysis.study import Study, Subject

SHOWN = 6


@dataclass(frozen=True)
class ValuePrincipal(Study):
    """PCA of training rows or windows, missing values at the mean, measured on test data.

    sizes, mse (m,): mean squared error per known value by number of components; explained (m,):
    share of the variance. axes (k, *shape): the first components, and their shares (k,).
    """

    name = "value-pca"
    compares = True
    sizes: np.ndarray
    mse: np.ndarray
    explained: np.ndarray
    axes: np.ndarray
    shares: np.ndarray

    @classmethod
    def of(cls, subject: Subject):
        test, known = subject.data.test.images, subject.data.training.images
        shape, values = test.shape[1:], int(np.prod(test.shape[1:]))
        own = subject.model.get_layer("decoder").inputs[0].shape[-1]
        sizes = sorted({size for size in (*SIZES, own) if size <= values})
        found = principal_components(np.nan_to_num(known))
        centred = np.nan_to_num(test).reshape(len(test), -1) - found.mean
        errors = []
        for size in sizes:
            axes = found.axes[:size]
            rebuilt = (centred @ axes.T @ axes + found.mean).reshape(test.shape)
            errors.append(float(row_errors(test, rebuilt).mean()))
        explained = found.explained(sizes)
        each = found.explained(range(1 + min(SHOWN, len(found.axes))))
        return cls(
            sizes=np.array(sizes),
            mse=np.array(errors),
            explained=explained,
            axes=found.axes[:SHOWN].reshape(-1, *shape),
            shares=np.diff(each),
        )
