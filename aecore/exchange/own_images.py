"""A data set of some images of one's own, on which a foreign model is measured."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from aecore.data.images.making import Files, Plan, make_set
from aecore.data.images.preparation import Preparation
from aecore.data.limits import COLLECTION, Limits
from aecore.data.names import LONGEST, shortened, storable
from aecore.data.own import own_keys, put_aside
from aecore.data.reading.process import Reader
from aecore.data.splits import DataUnavailable
from aecore.exchange.archive import FileRefused
from aecore.models.base import Shape

# scripts that train on photographs resize them so, whatever their proportions are
AS_SCRIPTS_DO = Preparation("keep", crop=False, centre=False, fit="stretch")


@contextlib.contextmanager
def set_of_images(
    files: Files, name: str, shape: Shape, limits: Limits = COLLECTION, reader: Reader | None = None
) -> Iterator[str]:
    """The key of a data set of images, named after a model; it stays if the context ends well.

    Args:
        files: images or ZIPs of them.
        name: of the model's file.
        shape: of the images that the model takes.

    Raises:
        FileRefused: too few of the files are images; the text says how many are needed.
    """
    title = shortened(storable(Path(name).stem), LONGEST) or "Images"
    height, width, channels = shape
    known = own_keys()
    plan = Plan(title, (height, width), channels, False, AS_SCRIPTS_DO)
    made = make_set(files, plan, limits=limits, reader=reader)
    if made.key is None:
        why = [f"{refusal.name}: {refusal.reason}." for refusal in made.refusals[:1]]
        raise FileRefused("{}", " ".join([made.problem, *why]))
    try:
        yield made.key
    except BaseException:  # a visitor who leaves, too
        if made.key not in known:
            with contextlib.suppress(DataUnavailable):
                put_aside(made.key)
        raise
