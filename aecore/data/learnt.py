"""How many samples a training on some classes learns from."""

from aecore.data import own
from aecore.data.splits import Source


def learnt_size(key: str, known: Source, normal: tuple[int, ...]) -> int:
    """About how many training samples are of the classes that are learnt; none stands for all.

    Classes of sets that are not the user's own are taken to be equally large.

    Raises:
        DataUnavailable: the set cannot be read.
    """
    if not normal:
        return known.training_size
    sizes = own.class_sizes(key) if own.is_own(key) else [1] * len(known.classes)
    share = sum(sizes[at] for at in normal if at < len(sizes)) / max(1, sum(sizes))
    return max(1, round(share * known.training_size))
