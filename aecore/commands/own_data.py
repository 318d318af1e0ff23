"""A run's model on data of one's own: `reconstruct`, `score` and `fill`, for every kind."""

import numpy as np

from aecore.commands import images, rows, stretches
from aecore.commands.options import (
    add_command,
    add_directory,
    add_json,
    add_measured_run,
    store_of,
)
from aecore.data.kinds import kind_of
from aecore.data.limits import Refused
from aecore.runs.run import Run, RunDamaged

RECONSTRUCT = {
    "image": images.reconstruct,
    "table": rows.reconstruct,
    "series": stretches.reconstruct,
}
SCORE = {"image": images.score, "table": rows.score, "series": stretches.score}
FILES = "image files, folders or ZIPs; for a table one CSV or Parquet file, for a series also WAV"
SCORING = """Measures how well data are reconstructed, compared with the test data. For a model that
was trained on corrupted data, the input is corrupted in the same way as the test data, and as on
the Your data tab; the output is compared with the clean data."""
FILLING = """Fills the missing cells of rows with what a run's model reconstructs from the others.
The filled rows go through the model again, as many times as work best on hidden cells of test rows.
A cell is missing if it is empty, holds a word such as n/a, or is an infinite number; all others
stay as they are. The rows are a CSV or Parquet file with the columns that the model learnt."""


def add_own_data(commands) -> None:
    """Adds the commands of this file."""
    rebuilding = add_command(commands, "reconstruct", reconstruct)
    scoring = add_command(commands, "score", score, description=SCORING)
    for parser in (rebuilding, scoring):
        add_measured_run(parser)
        parser.add_argument("files", metavar="FILE", nargs="+", help=FILES)
        add_directory(parser)
        add_json(parser)
    rebuilding.add_argument(
        "--out", metavar="PATH", required=True,
        help="folder to write images to; for a table or a series a CSV file",
    )  # fmt: skip
    scoring.add_argument("--csv", metavar="FILE", help="write a table")
    scoring.add_argument("--codes", action="store_true", help="include the latent codes")
    filling = add_command(commands, "fill", fill, description=FILLING)
    add_measured_run(filling)
    filling.add_argument("file", metavar="FILE", help="a CSV or Parquet file")
    filling.add_argument("--out", metavar="FILE", required=True, help="the filled rows, as CSV")
    add_directory(filling)
    add_json(filling)


def reconstruct(options) -> int:
    """Reconstructs image files, the rows of a table, or a stretch of a series."""
    run = _usable(options)
    return RECONSTRUCT[kind_of(run.shape).key](options, run)


def score(options) -> int:
    """Measures how well data of one's own is reconstructed, compared with the test data."""
    run = _usable(options)
    return SCORE[kind_of(run.shape).key](options, run, _test_errors(run))


def fill(options) -> int:
    """Fills the missing cells of a table with what a run's model makes of the others."""
    run = _usable(options)
    if run.source.table is None:
        raise Refused("{} did not learn from a table.", run.id)
    return rows.fill_cells(options, run)


def _usable(options) -> Run:
    run = store_of(options).get(options.run)
    if not run.usable:
        raise RunDamaged("{} has no measured model yet: it is {}.", run.id, run.status().state)
    return run


def _test_errors(run: Run) -> np.ndarray:
    from aecore.analysis.report import Report, ReportError

    try:
        return Report.from_arrays(run.report_arrays()).errors
    except ReportError as problem:
        raise RunDamaged("report.npz of {}: {}", run.id, problem) from problem
