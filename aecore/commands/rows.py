"""A run's model on the rows of a table."""

import sys
from pathlib import Path

import numpy as np

from aecore.commands.interrupting import load_keras
from aecore.commands.printing import print_json
from aecore.data.limits import Refused
from aecore.data.names import visible
from aecore.data.spreadsheet import as_csv
from aecore.data.tables.filling import fill, filled_csv
from aecore.data.tables.rows import Rows, in_words, read_rows
from aecore.data.tables.table import Table
from aecore.runs.files import write_text
from aecore.runs.run import Run


def reconstruct(options, run: Run) -> int:
    """Writes rows with the columns that the model learnt as it reconstructs them."""
    table = _table(run)
    rows = _read(options.files, table)
    found = _through(run, table, rows, known=_known(run))
    texts = [list(row) for row in rows.texts]
    for column, values in zip(table.learnt, found.proposed.T, strict=True):
        if column.name in rows.header:
            at = rows.header.index(column.name)
            written = rows.formats.get(column.name, "")
            words = in_words(column, values, decimal=rows.dialect.decimal, date_format=written)
            for cells, word in zip(texts, words, strict=True):
                cells[at] = word
    write_text(Path(options.out), as_csv(rows.header, texts, rows.dialect.delimiter))
    told = {"rows": len(texts), "file": options.out}
    words = f"{len(texts):,} row{'s' * (len(texts) != 1)} → {options.out}"
    return tell(options, run, told, rows.notes, words)


def score(options, run: Run, test_errors: np.ndarray) -> int:
    """The error of each row, the share of test rows with a smaller one, the column that weighs."""
    from aecore.analysis.own_data import row_scores

    table = _table(run)
    rows = _read(options.files, table)
    found = _through(run, table, rows, run.corruption)
    names = [column.name for column in table.learnt]
    scores = row_scores(found, test_errors, names, options.codes)
    if options.csv:
        write_scores(options.csv, scores)
    count = f"{len(scores):,} row{'s' * (len(scores) != 1)}"
    words = f"{count} → {options.csv}" if options.csv else "\n".join(map(_line, scores))
    return tell(options, run, {"rows": scores}, rows.notes, words)


def _line(each: dict) -> str:
    if each["error"] is None:
        return f"{'-':<10} {'-':<6} row {each['row']:<8,} no known cell: nothing to score"
    return (
        f"{each['error']:<10.5g} {each['share_below']:<6.1%} row {each['row']:<8,} "
        f"{visible(each['column'])} {each['column_share']:.0%}"
    )


def fill_cells(options, run: Run) -> int:
    """Fills the missing cells of rows, and leaves all others as they are."""
    table = _table(run)
    rows = _read([options.file], table)
    filled = fill(rows, table, _through(run, table, rows, known=_known(run)).proposed)
    write_text(Path(options.out), filled_csv(rows, filled))
    count, of = int(filled.cells.sum()), len(rows.texts)
    told = {"rows": of, "filled": count, "file": options.out}
    words = f"{count:,} cell{'s' * (count != 1)} of {of:,} row{'s' * (of != 1)} → {options.out}"
    return tell(options, run, told, rows.notes, words)


def one_file(files: list[str]) -> tuple[str, bytes]:
    """Name and content of the only file."""
    if len(files) > 1:
        raise Refused("The model takes one file at a time; there are {}.", len(files))
    return Path(files[0]).name, Path(files[0]).read_bytes()


def write_scores(path: str, scores: list[dict]) -> None:
    """Scores as CSV, empty where there is none."""
    write_text(Path(path), as_csv(tuple(scores[0]), [tuple(each.values()) for each in scores]))


def tell(options, run: Run, told: dict, notes: tuple[str, ...], words: str) -> int:
    """Prints a result, and notes beside it."""
    if options.json:
        print_json({"run": run.id, **told, "notes": list(notes)})
    else:
        print(words)
        for note in notes:
            print(visible(note), file=sys.stderr)
    return 0


def _table(run: Run) -> Table:
    table = run.source.table
    assert table is not None  # of a run on a table
    return table


def _read(files: list[str], table: Table) -> Rows:
    rows = read_rows(*one_file(files), table)
    if not len(rows.values):
        raise Refused("The table has no rows.")
    return rows


def _known(run: Run) -> np.ndarray | None:
    """Prepared rows of the run's report; None if it has none."""
    return run.report_arrays("pictures").get("pictures")


def _through(run: Run, table: Table, rows: Rows, corruption=("none", 0.0), known=None):
    load_keras()
    import keras

    from aecore.analysis.own_data import own_rows

    model = keras.models.load_model(run.model_path, compile=False)
    return own_rows(model, table.preparation, rows.values, corruption, known)
