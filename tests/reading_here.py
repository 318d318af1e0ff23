"""Files read in the process of a test, without a reader: quick, and what a reader has to give."""

import numpy as np

from aecore.data.images.intake import Unusable, each_image
from aecore.data.images.preparation import Preparation, prepare, steps
from aecore.data.images.uploads import Intake
from aecore.data.limits import AT_ONCE, Limits


def read_here(
    files, shape: tuple[int, int, int], preparation: Preparation, limits: Limits = AT_ONCE
) -> Intake:
    """What `uploads.read_uploads` is to give."""
    items = list(each_image(files, limits))
    good = [item for item in items if not isinstance(item, Unusable)]
    images = [prepare(item.image, shape, preparation) for item in good]
    return Intake(
        tuple(item.name for item in good),
        np.stack(images) if images else np.zeros((0, *shape), np.float32),
        tuple(item for item in items if isinstance(item, Unusable)),
        tuple((item.name, note) for item in good for note in item.notes),
        tuple(steps(good[0].image, shape, preparation)) if good else (),
    )
