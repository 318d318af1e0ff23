"""What to train where nothing was chosen: a type and its settings for each kind of data.

Fixed by kind and size of the data, before a label is seen. That of tables was chosen on every
other of the ODDS tables (arrhythmia, glass, letter, mnist, optdigits, pima, satimage-2, vertebral
and wbc): few steps rank anomalies better than many, since a network that has learnt longer
reconstructs them too. That of series was chosen on every other file of SKAB's valve1; that of
images was not compared with others.
"""

import math
from dataclasses import dataclass, field
from typing import Any

from aecore.data.kinds import IMAGES, SERIES, TABLE, kind_of

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Recipe:
    """A type by its key, with what differs from its usual hyperparameters and settings.

    steps: how long it learns, from which the epochs follow.
    """

    key: str
    steps: int
    hyperparameters: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def on(self, samples: int) -> dict[str, Any]:
        """The settings of the training on so many samples: batch size, epochs and the rest."""
        batch = 2 ** int(min(max(math.log2(max(samples, 1)) - 4, 4), 7))  # 16 to 128
        epochs = round(min(max(self.steps * batch / samples, 2), 100))
        return {"batch_size": batch, "epochs": epochs, **self.settings}


RECIPES: dict[str, Recipe] = {
    TABLE.key: Recipe("undercomplete", 300),
    SERIES.key: Recipe("linear", 1000, {"latent_size": 8}),
    IMAGES.key: Recipe("convolutional", 600),
}


def recipe(shape: Shape) -> Recipe:
    """The recipe for samples of a shape."""
    return RECIPES[kind_of(shape).key]
