"""Well-known folders are taken for what they are: splits, containers, and masks of other images."""

import pytest

from aecore.data.layouts import class_folder, masks_among

TEN = range(10)
MVTEC = [
    *(f"bottle/train/good/{i:03}.png" for i in TEN),
    *(f"bottle/test/broken/{i:03}.png" for i in TEN),
    *(f"bottle/ground_truth/broken/{i:03}_mask.png" for i in TEN),
]


@pytest.mark.parametrize(
    "names, masks",
    [
        (MVTEC, set(range(20, 30))),
        ([*(f"d/images/{i}.jpg" for i in TEN), *(f"d/masks/{i}.png" for i in TEN)],
         set(range(10, 20))),
        ([*(f"v/JPEGImages/{i}.jpg" for i in TEN), *(f"v/SegmentationClass/{i}.png" for i in TEN)],
         set(range(10, 20))),
        ([*(f"z/train/images/{i}.jpg" for i in TEN), *(f"z/train/labels/{i}.png" for i in TEN)],
         set(range(10, 20))),
        (["b/a (1).png", "b/a (1)_mask.png", "b/a (2).png"], {1}),
        ([*(f"faces/mask/{i}.png" for i in TEN), *(f"faces/no_mask/{i}.png" for i in TEN)], set()),
        ([f"masks/{i}.png" for i in TEN], set()),
        (["a/good_mask.png", "a/other.png"], set()),
        ([*(f"d/images/{i}.jpg" for i in TEN), *(f"d/masks/x{i}.png" for i in TEN)], set()),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_masks_are_told_from_images_and_from_classes(names, masks):
    assert masks_among(names) == masks


@pytest.mark.parametrize(
    "name, folder",
    [
        ("d/train/cats/1.png", "cats"), ("d/cats/train/1.png", "cats"), ("d/images/val/1.jpg", "d"),
        ("cats.zip/1.png", "cats.zip"), ("1.png", ""), ("Train/1.png", ""),
        ("a/b/good/1.png", "good"),
    ],
)  # fmt: skip
def test_the_class_is_no_part_of_a_split(name, folder):
    assert class_folder(name) == folder
