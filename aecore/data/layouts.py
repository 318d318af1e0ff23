"""What folders of well-known data sets hold: parts of a split, all images, or masks of others."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

SPLITS = {"train", "training", "val", "valid", "validation", "test", "testing", "dev", "eval"}
CONTAINERS = {"images", "image", "imgs", "img", "jpegimages", "rgb", "leftimg8bit"}
MASKS = {
    *("ground_truth", "groundtruth", "gt", "gtfine", "masks", "mask", "labels", "label"),
    *("annotations", "segmentation", "segmentations", "segmentationclass", "segmentationobject"),
    *("trimaps", "labelids", "seg"),
}
_SUFFIX = re.compile(r"[ _-](masks?|gt|seg|segmentation|labels?|labelids|groundtruth)$", re.I)


def class_folder(name: str) -> str:
    """The folder that tells the class of a file: the nearest that is no split or container."""
    folders = PurePosixPath(name.lstrip("/")).parts[:-1]
    telling = [folder for folder in folders if folder.lower() not in SPLITS | CONTAINERS]
    return telling[-1] if telling else ""


def masks_among(names: Sequence[str]) -> set[int]:
    """Places of the files that are masks of others, by their folders and names.

    Masks lie in a folder that is called so, beside one of images or of a split, and have the names
    of these; or they lie beside their image and have its name with "_mask" behind it. A class that
    is called "mask" is none.
    """
    paths = [PurePosixPath(name) for name in names]
    known = {(path.parent, path.stem) for path in paths}
    found = {
        place
        for place, path in enumerate(paths)
        if (stem := _SUFFIX.sub("", path.stem)) != path.stem and (path.parent, stem) in known
    }
    groups = defaultdict(list)
    for place, path in enumerate(paths):
        for depth, folder in enumerate(path.parts[:-1]):
            if folder.lower() in MASKS:
                groups[path.parts[: depth + 1]].append(place)
                break
    in_groups = {place for places in groups.values() for place in places}
    stems = {path.stem for place, path in enumerate(paths) if place not in in_groups}
    for prefix, places in groups.items():
        depth = len(prefix) - 1
        beside = {p.parts[depth].lower() for p in paths if p.parts[:depth] == prefix[:-1]}
        named = sum(_SUFFIX.sub("", paths[place].stem) in stems for place in places)
        if beside & (SPLITS | CONTAINERS) and named >= len(places) / 2:
            found |= set(places)
    return found
