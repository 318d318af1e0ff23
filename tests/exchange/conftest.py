"""Fixtures of what comes in and goes out."""

import pytest

from aecore.exchange.bundle import pack
from aecore.runs.store import RunStore


@pytest.fixture(scope="module")
def packed(trained) -> bytes:
    """The file of a denoising run, which has corrupted inputs too."""
    return pack(trained("denoising"))


@pytest.fixture
def store(tmp_path) -> RunStore:
    """A store of somebody else, empty."""
    return RunStore(tmp_path / "elsewhere")
