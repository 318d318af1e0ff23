"""Takes the frames of a training's film, within a share of the time that training takes."""

import math
import time

import numpy as np

from aecore.analysis.code_plane import code_plane
from aecore.analysis.reconstruction import encode, reconstruct
from aecore.data.corruption import corrupt
from aecore.data.datasets import Dataset
from aecore.data.kinds import kind_of
from aecore.models.base import for_use
from aecore.runs.film import MOST_PLACED, OF_CODES, Film, frames_for, superfluous
from aecore.training.experiment import Experiment

APART = 0.5  # seconds between two frames, at least
SHARE = 0.03  # of the time that training takes, for all frames but the first and the last
GRACE = 0.25  # seconds that the first frames may take beyond that
FEWEST_PLACED, PLACED_VALUES = 50, 2**19


class Camera:
    """The film of one training so far."""

    def __init__(self, experiment: Experiment, data: Dataset):
        validation, shape = data.validation, experiment.shape
        firsts = np.unique(validation.labels, return_index=True)[1]  # of each class
        others = np.setdiff1d(np.arange(len(validation)), firsts)
        images, self.most = frames_for(shape)
        # spread, for windows that follow one another are alike
        apart = np.linspace(0, len(others) - 1, max(0, images - len(firsts))).astype(int)
        shown = np.array([*firsts, *others[np.unique(apart)[: len(others)]]])[:images]
        placed = max(FEWEST_PLACED, PLACED_VALUES // math.prod(shape))
        placed = np.arange(min(MOST_PLACED, placed, len(validation)))
        self.originals = validation.images[shown]
        self.inputs, self.placed = (
            np.asarray(
                corrupt(
                    validation.images[rows],
                    experiment.corruption,
                    experiment.corruption_strength,
                    experiment.seed,
                    data.layout,
                )
            )
            for rows in (shown, placed)
        )
        self.layout, self.kind = data.layout, kind_of(shape)
        self.labels = validation.labels[placed].astype(np.int16)
        self.outputs: list[np.ndarray] = []
        self.epochs: list[float] = []
        self.losses: list[float | None] = []
        self.places: list[np.ndarray] = []
        self.began = self.ended = time.monotonic()
        self.spent = 0.0  # seconds
        self._plain = None

    def resume_from(self, film: Film | None, epoch: int) -> None:
        """Goes on with a film as it was when so many epochs had passed.

        An earlier version may have filmed other samples; such a film begins again.
        """
        if film is None or not self._has_filmed(film):
            return
        kept = film.epochs <= epoch
        self.outputs, self.places = list(film.outputs[kept]), list(film.places[kept])
        self.epochs, self.losses = film.epochs[kept].tolist(), film.losses[kept].tolist()

    def _has_filmed(self, film: Film) -> bool:
        """Whether a film shows the samples of this one."""
        shown = self.kind.reduce(self.originals)
        return np.array_equal(film.labels, self.labels) and np.array_equal(
            film.originals, shown, equal_nan=shown.dtype.kind == "f"
        )

    @property
    def due(self) -> bool:
        """Whether there is time for another frame."""
        if not self.epochs:
            return True
        now = time.monotonic()
        return now - self.ended >= APART and self.spent <= GRACE + SHARE * (now - self.began)

    def take(self, epochs: float, loss: float | None, model) -> dict[str, np.ndarray]:
        """Takes a frame; gives the arrays of the whole film."""
        self._plain = self._plain or for_use(model, self.layout)
        while self.epochs and self.epochs[-1] >= epochs:  # the same moment
            for each in (self.outputs, self.epochs, self.losses, self.places):
                each.pop()
        rebuilt = reconstruct(self._plain, self.inputs)
        self.outputs.append(self.kind.reduce(np.nan_to_num(rebuilt)))
        codes = encode(self._plain.get_layer("encoder"), self.placed)[0]
        before = self.places[-1].astype(np.float64) if self.places else None
        self.places.append(code_plane(codes, before).astype(np.float16))
        self.epochs.append(epochs)
        self.losses.append(loss)
        if len(self.epochs) > self.most:
            missed = superfluous(self.epochs)
            for each in (self.outputs, self.epochs, self.losses, self.places):
                del each[missed]
        return self._arrays()

    def charge(self, began: float) -> None:
        """Counts the time since a frame was begun, its writing included."""
        self.ended = time.monotonic()
        if len(self.epochs) > 1:
            self.spent += self.ended - began

    def _arrays(self) -> dict[str, np.ndarray]:
        reduce = self.kind.reduce
        pictures = {"originals": reduce(self.originals), "inputs": reduce(self.inputs)}
        frames = {
            "outputs": np.stack(self.outputs),
            "epochs": np.array(self.epochs, np.float32),
        }
        losses = np.array(self.losses, np.float32)  # NaN for None
        codes = zip(OF_CODES, (losses, np.stack(self.places), self.labels), strict=True)
        return pictures | frames | dict(codes)
