"""Where a model came from that was not trained here."""

from dataclasses import dataclass

from aecore.data.datasets import SOURCES
from aecore.data.own import is_own
from aecore.models import AUTOENCODERS


@dataclass(frozen=True)
class Origin:
    """The file a model was read from, and the data it is shown on."""

    type: str
    dataset: str
    file: str
    layer: str  # whose output was taken for the code

    def __post_init__(self):
        if self.type not in AUTOENCODERS or not (self.dataset in SOURCES or is_own(self.dataset)):
            raise TypeError(f"unknown type {self.type!r} or data set {self.dataset!r}")
