"""Codes on a plane that follows them while they change."""

import numpy as np

TURNS = 8  # of the orthogonal iteration; from one moment of a training to the next few suffice


def code_plane(codes: np.ndarray, before: np.ndarray | None = None) -> np.ndarray:
    """Codes (n, latent_size) on the plane of their first two principal axes, (n, 2).

    The axes are found by orthogonal iteration from the positions before and turned to fit these
    (Procrustes), so that points move, but the plane neither flips nor spins. The mean is at 0 and
    the mean squared distance from it is 1, whatever the scale of the codes; all is 0 if they are
    equal or not finite.

    Args:
        before: (n, 2), what this gave for the same images a moment ago.
    """
    if not np.isfinite(codes).all():
        return np.zeros((len(codes), 2), np.float32)
    centred = (codes - codes.mean(axis=0)).astype(np.float64)
    centred /= max(np.abs(centred).max(), 1e-30)
    if centred.shape[1] < 2:
        centred = np.pad(centred, ((0, 0), (0, 1)))
    if before is not None and before.any():
        places, turns, target = before, TURNS, before
    else:  # from a start of our own: the same codes give the same positions
        places = np.random.default_rng(0).normal(size=(len(codes), 2))
        turns, target = 8 * TURNS, centred[:, :2]
    for _ in range(turns):
        axes, _ = np.linalg.qr(centred.T @ places)  # (latent_size, 2)
        places = centred @ axes  # (n, 2)
    left, _, right = np.linalg.svd(places.T @ target)
    places = places @ left @ right
    places /= max(np.sqrt(np.square(places).sum(axis=1).mean()), 1e-12)
    return places.astype(np.float32)
