"""Where a model came from that was not trained here."""

from dataclasses import dataclass

from aecore.data.datasets import SOURCES
from aecore.data.own import is_own
from aecore.models import AUTOENCODERS

LONGEST = 200  # characters of a name


@dataclass(frozen=True)
class Origin:
    """The file a model was read from, and the data it is shown on."""

    type: str
    dataset: str
    file: str
    layer: str  # whose output was taken for the code

    def __post_init__(self):
        if self.type not in AUTOENCODERS or not (self.dataset in SOURCES or is_own(self.dataset)):
            raise TypeError(f"unknown type {self.type!r:.80} or data set {self.dataset!r:.80}")
        for word in (self.file, self.layer):
            if not isinstance(word, str) or len(word) > LONGEST:
                raise TypeError(f"a file and a layer have short names, not {word!r:.80}")
