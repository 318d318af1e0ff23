"""Long lists of (user, item, rating), turned into a table of a row a user and a column an item."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecore.data.collection import FEWEST, CollectionError, checked_title
from aecore.data.limits import Refused
from aecore.data.reading.process import Reader
from aecore.data.tables.columns import Column, column_names
from aecore.data.tables.making import Made, Plan, fitted, store_table
from aecore.data.tables.table import MOST_COLUMNS
from aecore.data.tables.uploads import MOST_CELLS, Look, take_cells

FEWEST_RATINGS = 5  # of an item that is learnt
MOST_RATINGS = 20_000_000
_NAMES = re.compile(
    r"(^|[^a-z])(user|item|movie|film|book|product|customer|client|artist|song|track|album|game|"
    r"article|person|visitor|member|store|shop|patient)|(^|[_ -])ids?$|id$",
    re.IGNORECASE,
)
_TIMES = re.compile(r"time|date|stamp", re.IGNORECASE)


@dataclass(frozen=True)
class Long:
    """The names of the three columns of a long list: rows are users, columns items."""

    user: str
    item: str
    rating: str


def find_long(look: Look) -> Long | None:
    """Whether a table looks like a long list: two columns that name, one number, no pair twice."""
    learnt = [
        (place, column)
        for place, column in enumerate(look.columns)
        if column.kind in ("number", "category", "identifier") and not _TIMES.search(column.name)
    ]
    naming = [(place, c) for place, c in learnt if c.kind != "number" or _NAMES.search(c.name)]
    numbers = [column for place, column in learnt if (place, column) not in naming]
    if len(naming) != 2 or len(numbers) != 1:
        return None
    (user_at, user), (item_at, item) = naming
    pairs = [(row[user_at], row[item_at]) for row in look.first]
    each_once = any(column.distinct == look.rows for column in (user, item))
    if each_once or len(set(pairs)) < len(pairs):
        return None
    return Long(user.name, item.name, numbers[0].name)


def make_wide(
    name: str,
    content: bytes,
    plan: Plan,
    long: Long,
    reader: Reader | None = None,
    tell: Callable[[int], None] = lambda rows: None,
) -> Made:
    """Makes a data set of a long list: a row a user, a column an item, missing where unrated.

    Items with few ratings are left out, and so are users without any of the others; of a pair that
    is there several times, the mean is taken. The notes tell it.

    Args:
        plan: its label is not used.
        tell: is told how many rows have been read.

    Raises:
        CollectionError, NotPreparable, Refused: it cannot be made; the text says why.
        OSError: it cannot be written.
    """
    title = checked_title(plan.title)
    at = {column.name: place for place, column in plan.columns}
    units = {column.name: column.unit for _, column in plan.columns}
    kinds = {long.user: "identifier", long.item: "identifier", long.rating: "number"}
    if len(kinds) < 3 or not set(kinds) <= set(at):
        raise CollectionError("A long list has three different columns: user, item and rating.")
    wanted = [(at[name], Column(name, kind, unit=units[name])) for name, kind in kinds.items()]
    taken = take_cells(name, content, plan.dialect, wanted, reader, tell, most=MOST_RATINGS)
    rated = taken.values[~np.isnan(taken.values).any(axis=1)]
    users, items, ratings = rated[:, 0].astype(int), rated[:, 1].astype(int), rated[:, 2]
    names = [str(item) for item in taken.columns[1].categories]
    notes = list(taken.notes)
    counts = np.bincount(items, minlength=len(names))
    order = np.argsort(-counts, kind="stable")
    kept = order[counts[order] >= FEWEST_RATINGS]
    most = min(MOST_COLUMNS, MOST_CELLS // max(1, len(np.unique(users))))
    if not len(kept) or not most:
        raise Refused(
            "No item has at least {} ratings, or there are too many users.", FEWEST_RATINGS
        )
    kept = np.sort(kept[:most])
    if left := len(names) - len(kept):
        fewest, were = int(counts[kept].min()), "was" if left == 1 else "were"
        notes.append(
            f"{left:,} of {len(names):,} items {were} left out: those that stay have at least "
            f"{fewest:,} ratings"
        )
    values, again = _dense(users, items, ratings, kept)
    if again:
        repeat = "1 rating repeats" if again == 1 else f"{again:,} ratings repeat"
        notes.append(f"{repeat} a pair of user and item: the mean was taken")
    if len(values) < FEWEST:
        raise CollectionError(
            "A data set needs at least {} rows; the list has {} users.", FEWEST, len(values)
        )
    if lost := len(np.unique(users)) - len(values):
        noun, were = ("user", "was") if lost == 1 else ("users", "were")
        notes.append(f"{lost:,} {noun} without a rating of these items {were} left out")
    titles = column_names(names[item] for item in kept)
    unit = units[long.rating]
    columns = [_described(*each, unit) for each in zip(titles, values.T, strict=True)]
    table = fitted(values, columns, Plan(title, None, (), scaling=plan.scaling))
    labels = np.zeros(len(values), np.int32)
    key = store_table(title, table, values, ("row",), labels)
    return Made(key, len(values), table, tuple(notes))


def _dense(
    users: np.ndarray, items: np.ndarray, ratings: np.ndarray, kept: np.ndarray
) -> tuple[np.ndarray, int]:
    """Ratings (users, kept items), NaN where there is none, and how many were there twice."""
    column = np.full(items.max() + 1, -1)
    column[kept] = np.arange(len(kept))
    known = column[items] >= 0
    _, rows = np.unique(users[known], return_inverse=True)
    size = (rows.max() + 1, len(kept))
    flat = rows * len(kept) + column[items[known]]
    totals = np.bincount(flat, ratings[known], size[0] * size[1])
    counts = np.bincount(flat, minlength=size[0] * size[1])
    totals[counts == 0] = np.nan
    again = int(len(flat) - (counts > 0).sum())
    return (totals / np.maximum(counts, 1)).reshape(size), again


def _described(name: str, ratings: np.ndarray, unit: str) -> Column:
    found = ratings[~np.isnan(ratings)]
    return Column(
        name, "number", f"{len(found):,} ratings", missing=len(ratings) - len(found),
        distinct=len(np.unique(found)), low=float(found.min()), high=float(found.max()),
        unit=unit,
    )  # fmt: skip
