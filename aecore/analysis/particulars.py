"""Metrics of certain types of autoencoder."""

import numpy as np

from aecore.analysis.activity import activity
from aecore.analysis.jacobian import jacobian_norms, jacobian_size
from aecore.analysis.likelihood import lower_bound
from aecore.analysis.reconstruction import encode

EXACT = 500  # images whose Jacobian is computed, fewer if it is large
VALUES = 2**31  # of all these Jacobians: some seconds of work


def particulars(key: str, model, images: np.ndarray) -> dict[str, float]:
    """Further metrics of a type on test images: name → value; none for most types."""
    if key == "sparse":
        return activity(encode(model.get_layer("encoder"), images)[0])
    if key == "contractive":
        encoder = model.get_layer("encoder")
        count = max(1, min(EXACT, VALUES // jacobian_size(encoder)))
        return {"jacobian": float(jacobian_norms(encoder, images[:count]).mean())}
    if key == "variational":
        return lower_bound(model, images)
    return {}
