"""The origin of an imported model."""

from dataclasses import dataclass

from aecore.data.datasets import SOURCES, shape_of
from aecore.data.kinds import KINDS, kind_of
from aecore.data.own import is_own
from aecore.models import AUTOENCODERS

LONGEST = 200  # characters of a name
RANGES = tuple(dict.fromkeys(name for kind in KINDS.values() for name in kind.ranges))


@dataclass(frozen=True)
class Origin:
    """The file of an imported model, and the data set on which it is shown.

    takes, gives: ranges of the values of the model in the file, of `Kind.ranges`; the run's own
    model takes and gives the first of these.
    doubtful: whether its error is larger than that of a plain grey image, or of the means.
    """

    type: str
    dataset: str
    file: str
    layer: str  # whose output is used as the code
    takes: str = "0..1"
    gives: str = "0..1"
    doubtful: bool = False

    def __post_init__(self):
        if self.type not in AUTOENCODERS or not (self.dataset in SOURCES or is_own(self.dataset)):
            raise TypeError(f"unknown type {self.type!r:.80} or data set {self.dataset!r:.80}")
        for word in (self.file, self.layer):
            if not isinstance(word, str) or len(word) > LONGEST:
                raise TypeError(f"a file and a layer have short names, not {word!r:.80}")
        known = kind_of(shape_of(self.dataset)).ranges
        if self.takes not in known or self.gives not in known:
            raise TypeError(f"unknown range of values {self.takes!r:.80} or {self.gives!r:.80}")
        if not isinstance(self.doubtful, bool):
            raise TypeError(f"doubtful is true or false, not {self.doubtful!r:.80}")

    @property
    def doubt(self) -> str:
        """Why its figures mean little on its data set, in sentences; empty if they do not."""
        kind = kind_of(shape_of(self.dataset))
        if not self.doubtful:
            return ""
        if kind.bounded:
            return (
                "It does worse on these images than a plain grey image would. It may have learnt "
                "other images, or pixels in another range: its figures mean little here."
            )
        return (
            f"It does worse on these {kind.samples} than the means of the {kind.parts} would. It "
            "may have learnt other data, or values on another scale: its figures mean little here."
        )
