"""What all tests share: quiet Keras and small data."""

import pytest

from aecore.compute.preload import import_keras

import_keras()

from aecore.data.datasets import Dataset, load  # noqa: E402
from aecore.models import AUTOENCODERS  # noqa: E402


@pytest.fixture(scope="session")
def digits() -> Dataset:
    """The 8×8 digits."""
    return load("digits")


@pytest.fixture(params=AUTOENCODERS)
def key(request) -> str:
    """The key of each type in turn."""
    return request.param
