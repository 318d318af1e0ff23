"""Tables that others keep: scikit-learn's, and those of openml.org by their number; as CSV.

What is downloaded is kept where scikit-learn keeps it: `scikit_learn_data` in the home directory,
or SCIKIT_LEARN_DATA. To be called in a worker.
"""

from pathlib import Path
from typing import Any

from aecore.data.limits import megabytes
from aecore.data.refusal import Refusal
from aecore.data.splits import MOST_ROWS, DataUnavailable
from aecore.data.tables.table import MOST_COLUMNS
from aecore.data.tables.uploads import MOST_BYTES

SCIKIT = {  # what `load_<name>` gives
    "wine": "Wine: 178 wines of three cultivars, 13 measures",
    "iris": "Iris: 150 flowers of three species, 4 measures",
    "diabetes": "Diabetes: 442 patients, 10 measures and the progress of the disease",
    "digits": "Digits: 1,797 digits, each 64 pixels in a row",
}
OPENML, PREFIX = "openml", ":"


def scikit_csv(name: str) -> bytes:
    """A table of scikit-learn as CSV, its classes as a last column.

    Raises:
        DataUnavailable: there is no such table.
    """
    from sklearn import datasets

    if name not in SCIKIT:
        raise DataUnavailable(
            "scikit-learn has no table {!r:.80}; there are: {}.", name, ", ".join(SCIKIT)
        )
    bunch: Any = getattr(datasets, f"load_{name}")(as_frame=True)
    frame = bunch.data.copy()
    names = getattr(bunch, "target_names", None)
    target = bunch.target
    frame["class" if names is not None else "target"] = (
        target if names is None else target.map(dict(enumerate(map(str, names))))
    )
    return frame.to_csv(index=False).encode()


def write_openml(number: int, path: str) -> str:
    """Writes a table of openml.org to a CSV file, downloaded when it is first used; its name.

    Raises:
        DataUnavailable: it cannot be downloaded, is no table, or is too large.
    """
    from sklearn.datasets import fetch_openml

    try:
        bunch: Any = fetch_openml(data_id=number, as_frame=True, parser="auto")
        frame = bunch.frame
        name = str(bunch.details.get("name", number))
    except Exception as problem:  # urllib, gzip, pandas and scikit-learn each raise their own
        raise DataUnavailable(
            "The table {} of openml.org could not be fetched ({}). Check the number and the "
            "internet connection, and try again.",
            number, problem,
        ) from problem  # fmt: skip
    rows, columns = frame.shape
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise DataUnavailable(
            "The table {} of openml.org has {:,} rows and {:,} columns; at most {:,} and {:,} can "
            "be used.",
            number, rows, columns, MOST_ROWS, MOST_COLUMNS,
        )  # fmt: skip
    frame.to_csv(path, index=False)
    if Path(path).stat().st_size > MOST_BYTES:
        raise DataUnavailable("{} is larger than {} as CSV.", name, megabytes(MOST_BYTES))
    return name


def number_of(text: str) -> int | None:
    """The number in `openml:61`; None if a text has no such form.

    Raises:
        Refusal: it has this form, but no number.
    """
    kind, mark, number = text.partition(PREFIX)
    if kind != OPENML or not mark:
        return None
    if not (number.isascii() and number.isdecimal() and 0 < len(number) < 10):
        raise Refusal("A table of openml.org has a number, as in openml:61, not {!r:.80}.", number)
    return int(number)
