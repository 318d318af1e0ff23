"""Reads untrusted `.keras` files into plain data; nothing is built here, and Keras is not loaded.

`building.py` builds a model from it.
"""

import json
from dataclasses import dataclass

import numpy as np

from aecore.exchange.archive import FileRefused, Limits, read_members
from aecore.exchange.keras_file.formats import refuse_other_formats
from aecore.exchange.keras_file.weights import KERAS_MEMBERS, WEIGHTS, plain_arrays

MOST_BYTES = 512 * 2**20
MOST_WEIGHTS = 100_000_000
MOST_CONFIG = 2 * 2**20  # bytes


@dataclass(frozen=True)
class PlainModel:
    """What a `.keras` file holds: its parsed configuration, and arrays by their path in the file.

    These are plain JSON values and plain arrays; nothing else about them has been checked.
    """

    config: dict
    weights: dict[str, np.ndarray]

    @property
    def parameters(self) -> int:
        """The number of values in all weights together."""
        return sum(array.size for array in self.weights.values())


@dataclass(frozen=True)
class PlainHalves:
    """Two files of a model, in any order: the files' names, and what each holds."""

    names: tuple[str, str]
    models: tuple[PlainModel, PlainModel]


def read_plain(content: bytes) -> PlainModel:
    """An untrusted `.keras` file → plain data.

    Raises:
        FileRefused: it is damaged, of another format, or too large; the text says which.
    """
    refuse_other_formats(content)
    limits = Limits(len(KERAS_MEMBERS), MOST_BYTES, MOST_BYTES, MOST_BYTES)
    members = read_members(content, KERAS_MEMBERS, limits)
    for name in ("config.json", WEIGHTS):
        if name not in members:
            raise FileRefused("It is not a .keras file: it has no {}.", name)
    plain = PlainModel(parse(members["config.json"]), plain_arrays(members[WEIGHTS]))
    if plain.parameters > MOST_WEIGHTS:
        raise FileRefused("It has more than {} million weights.", MOST_WEIGHTS // 10**6)
    return plain


def parse(content: bytes) -> dict:
    """A `config.json` within limits.

    Raises:
        FileRefused: too large, nested too deep, or not JSON.
    """
    if len(content) > MOST_CONFIG:
        raise FileRefused("Its configuration is far too large.")
    try:
        config = json.loads(content.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise FileRefused("Its configuration is damaged: it is not plain JSON.") from problem
    if not isinstance(config, dict):
        raise FileRefused("Its configuration is damaged: it does not describe a model.")
    return config


def _no_constant(name: str):
    raise ValueError(f"{name} is not JSON")
