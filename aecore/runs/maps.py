"""Where the pictures of the samples on a map lie, made once for each data set."""

from pathlib import Path

from aecore.data.own import is_own, own_directory
from aecore.environment import runs_directory

FOLDER = ".maps"  # in the directory of runs: of the data sets that ship


def pictures_path(dataset: str, part: str) -> Path:
    """The file with the pictures of the samples of a part (`aecore.analysis.wide_map.WIDE`).

    Those of a set of the user's own lie in its folder, and are deleted with it.
    """
    return _folder(dataset) / f"map-{part}-{dataset}.bin"


def columns_path(dataset: str, part: str) -> Path:
    """The file with the values of a table's columns or a series' channels, (columns, n)."""
    return _folder(dataset) / f"map-{part}-{dataset}.npy"


def _folder(dataset: str) -> Path:
    return own_directory() / dataset if is_own(dataset) else runs_directory() / FOLDER
