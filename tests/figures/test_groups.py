"""Groups of samples beside each other, as the lines of a table."""

import numpy as np

from aecore.analysis.groups import group
from aecore.data.datasets import load, source
from aecore.figures.groups import categories_of, group_lines
from aecore.figures.values import part_values


def test_images_are_told_by_error_and_class():
    errors = np.array([1.0, 2, 6, 40], np.float32)
    labels = np.array([7, 7, 9, 1])
    some, rest = (group(errors[rows], labels[rows], 10) for rows in ([0, 1, 2], [3]))
    told = group_lines(source("mnist"), [("Sevens", some), ("All others", rest)])
    assert told[""] == ["Images", "Mean SSE", "Median SSE", "7", "9"]
    assert told["Sevens"] == ["3", "3.00", "2.00", "2 (67%)", "1 (33%)"]
    assert told["All others"] == ["1", "40.0", "40.0", "0 (0%)", "0 (0%)"]


def test_rows_are_told_by_their_columns_too():
    known, test = source("penguins"), load("penguins").test
    assert known.table is not None
    values = part_values(known, test.images)
    all_of_them = group(
        np.ones(len(test)), test.labels, len(known.classes), values, categories_of(known)
    )
    nobody = group(np.zeros(0), test.labels[:0], len(known.classes), values[:0])
    told = group_lines(known, [("x", all_of_them), ("x", nobody)])
    assert len(told) == 3  # names are told apart
    lines = dict(zip(told[""], told["x"], strict=True))
    at = [column.kind for column in known.table.learnt].index("number")
    column = np.nanmean(values[:, at])
    assert lines[known.parts[at]].startswith(f"mean {column:.0f}"[:8])
    kinds = {column.name: column.kind for column in known.table.learnt}
    category = next(name for name, kind in kinds.items() if kind == "category")
    assert lines[category].startswith("most often ")
    assert all(cell in ("–", "0") or cell == "0 (0%)" for cell in list(told.values())[2])
