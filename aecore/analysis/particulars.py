"""The figures that only some types have."""

import numpy as np

from aecore.analysis.activity import activity
from aecore.analysis.jacobian import jacobian_norms
from aecore.analysis.likelihood import lower_bound
from aecore.analysis.reconstruction import encode

EXACT = 500  # images whose Jacobian is worked out


def particulars(key: str, model, images: np.ndarray) -> dict[str, float]:
    """Figures of a type on test images: name → value; nothing for most types."""
    if key == "sparse":
        return activity(encode(model.get_layer("encoder"), images)[0])
    if key == "contractive":
        norms = jacobian_norms(model.get_layer("encoder"), images[:EXACT])
        return {"jacobian": float(norms.mean())}
    if key == "variational":
        return lower_bound(model, images)
    return {}
