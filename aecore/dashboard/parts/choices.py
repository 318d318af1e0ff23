"""What a setting of a type may be, beside the data set that is chosen."""

from aecore.data.datasets import SOURCES, shape_of
from aecore.data.kinds import IMAGES, kind_of
from aecore.data.own import own_keys
from aecore.models import AUTOENCODERS
from aecore.models.settings import Setting
from aecore.training.precision import processor_has_bfloat16


def choices_of(
    key: str, name: str, declared: Setting, shape: tuple[int, ...] | None = None
) -> tuple[str, ...]:
    """What a setting of a type may be on samples of a shape, the user's own data sets with it."""
    choices, kind = declared.choices or (), kind_of(shape) if shape else IMAGES
    if name == "loss":
        return AUTOENCODERS[key].losses_on(shape) if shape else AUTOENCODERS[key].losses
    if name == "precision":
        fast = processor_has_bfloat16()
        return tuple(c for c in AUTOENCODERS[key].precisions if c == "float32" or fast)
    if name == "output_activation" and not kind.bounded:
        return tuple(choice for choice in choices if choice == "linear")
    if name == "corruption":
        return tuple(choice for choice in choices if choice in kind.corruptions)
    return (*choices, *own_keys()) if name == "dataset" else choices


def is_there(dataset: str) -> bool:
    """Whether a data set is among those on offer; one of the visitor's own may be deleted."""
    return dataset in SOURCES or dataset in own_keys()


def shape_if_there(chosen: str | None) -> tuple[int, ...] | None:
    """The shape of the samples of a data set; None of one that is gone."""
    return shape_of(chosen) if chosen is not None and is_there(chosen) else None
