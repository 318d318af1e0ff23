"""The origin of an imported model."""

from dataclasses import dataclass

from aecore.data.datasets import SOURCES
from aecore.data.own import is_own
from aecore.models import AUTOENCODERS

LONGEST = 200  # characters of a name
PLAIN = "0..1"  # the range of pixels in which everything is calculated
RANGES = (PLAIN, "0..255", "-1..1", "standardized")  # in which a model may have learned

DOUBTFUL = (
    "It does worse on these images than a plain grey image would. It may have learned other "
    "images, or pixels in another range: its figures mean little here."
)


@dataclass(frozen=True)
class Origin:
    """The file of an imported model, and the data set on which it is shown.

    takes, gives: pixel ranges of the model in the file; the run's own model takes and gives [0, 1].
    doubtful: whether its error is larger than that of a plain grey image.
    """

    type: str
    dataset: str
    file: str
    layer: str  # whose output is used as the code
    takes: str = PLAIN
    gives: str = PLAIN
    doubtful: bool = False

    def __post_init__(self):
        if self.type not in AUTOENCODERS or not (self.dataset in SOURCES or is_own(self.dataset)):
            raise TypeError(f"unknown type {self.type!r:.80} or data set {self.dataset!r:.80}")
        for word in (self.file, self.layer):
            if not isinstance(word, str) or len(word) > LONGEST:
                raise TypeError(f"a file and a layer have short names, not {word!r:.80}")
        if self.takes not in RANGES or self.gives not in RANGES:
            raise TypeError(f"unknown range of pixels {self.takes!r:.80} or {self.gives!r:.80}")
        if not isinstance(self.doubtful, bool):
            raise TypeError(f"doubtful is true or false, not {self.doubtful!r:.80}")
