"""A stand-in with the interface of the intake to come: to be replaced whole."""

from dataclasses import dataclass

import numpy as np

from aecore.data import intake as old


@dataclass(frozen=True)
class Preparation:
    polarity: str = "auto"
    crop: bool = True
    centre: bool = True
    fit: str = "fit"


def usual(ink):
    return Preparation() if ink else Preparation("keep", False, False)


def prepare(image, shape, preparation):
    return old.prepare_old(
        image, shape, old.OldPreparation(preparation.polarity, preparation.centre)
    )


def steps(image, shape, preparation):
    a = np.asarray(image.convert("RGB"))
    g = np.asarray(image.convert("L"))[..., None]
    return [
        ("As uploaded", a),
        ("Grey", g),
        ("Scaled and centred", prepare(image, shape, preparation)),
    ]
