"""The folders of well-known data sets: parts of a split, all images, or masks of others."""

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
    """The folder that names the class of a file: the nearest that is not a split or container."""
    folders = PurePosixPath(name.lstrip("/")).parts[:-1]
    telling = [folder for folder in folders if folder.lower() not in SPLITS | CONTAINERS]
    return telling[-1] if telling else ""


def masks_among(names: Sequence[str]) -> set[int]:
    """Positions of the files that are masks of others, by their folders and names.

    Masks have the names of their images, and are in a folder for masks next to one of images or of
    a split; or they are next to their image and have its name followed by "_mask". A class called
    "mask" is not one.
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
