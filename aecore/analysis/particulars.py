"""Metrics of certain types of autoencoder."""

import numpy as np

from aecore.analysis.activity import activity
from aecore.analysis.jacobian import jacobian_norms, jacobian_size
from aecore.analysis.likelihood import divergences, lower_bound
from aecore.analysis.reconstruction import encode
from aecore.data.kinds import kind_of

EXACT = 500  # images whose Jacobian is computed, fewer if it is large
VALUES = 2**31  # of all these Jacobians: some seconds of work


def particulars(key: str, model, images: np.ndarray) -> dict[str, float]:
    """Further metrics of a type on test samples: name → value; none for most types.

    The likelihood of rows and windows depends on a scale that nobody chose: of these there is the
    KL divergence alone.
    """
    if key == "sparse":
        return activity(encode(model.get_layer("encoder"), images)[0])
    if key == "contractive":
        encoder = model.get_layer("encoder")
        count = max(1, min(EXACT, VALUES // jacobian_size(encoder)))
        return {"jacobian": float(jacobian_norms(encoder, images[:count]).mean())}
    if key == "variational":
        if not kind_of(images.shape[1:]).bounded:
            kl = divergences(*encode(model.get_layer("encoder"), images))
            return {"kl": float(kl.sum(axis=1).mean())}
        return lower_bound(model, images)
    return {}
