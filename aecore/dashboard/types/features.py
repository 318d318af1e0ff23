"""Part of a panel: features of rows and windows, such as components or dictionary entries."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from aecore.dashboard.parts.charts import chart
from aecore.data.splits import Source
from aecore.figures.heat import heat_map
from aecore.figures.samples import drawing_of

MOST_VALUES = 40  # of a row that are named beside its features


def show_features(source: Source, features: np.ndarray, names: Sequence[str], key: str) -> None:
    """Draws features (n, *shape): of a table as a heat map by value, of a series as curves."""
    if source.table is None:
        parts = list(range(len(source.parts)))
        st.html(drawing_of(source).alone(source, features, names, parts))
        return
    values = value_names(source)
    order = np.argsort(-np.abs(features).max(axis=0), kind="stable")[:MOST_VALUES]
    order = np.sort(order)
    figure = heat_map(
        features[:, order].T.astype(np.float64),
        list(names),
        [values[at] for at in order],
        ("", "", "weight"),
        ".2f",
        about_zero=True,
    )
    chart(figure, key)
    if len(values) > MOST_VALUES:
        st.caption(f"The {MOST_VALUES} values with the largest weights.")


def value_names(source: Source) -> list[str]:
    """What the values of a prepared row are called: a number's column, a category's value."""
    assert source.table is not None
    found = []
    for part, column in zip(source.table.preparation.parts, source.table.learnt, strict=True):
        if part.width == 1:
            found.append(column.name)
            continue
        found += [f"{column.name}: {column.categories[place]}" for place in part.places]
        found += [f"{column.name}: other"] * part.other
    return found
