"""A run's model on a stretch of a series."""

from pathlib import Path

import numpy as np

from aecore.commands.interrupting import load_keras
from aecore.commands.rows import one_file, tell, write_scores
from aecore.data.series.series import Series
from aecore.data.series.stretch import Stretch, read_stretch
from aecore.data.spreadsheet import as_csv
from aecore.runs.files import write_text
from aecore.runs.run import Run


def reconstruct(options, run: Run) -> int:
    """Writes a stretch step by step: each channel given and reconstructed, and the error."""
    from aecore.analysis.own_data import steps_table

    series, stretch = _read(options.files, run)
    found = _through(run, series, stretch)
    header, steps = steps_table(found, stretch, series.channels)
    write_text(Path(options.out), as_csv(header, steps))
    count = len(stretch.starts)
    told = {"steps": len(steps), "windows": count, "file": options.out}
    words = f"{len(steps):,} steps in {count:,} window{'s' * (count != 1)} → {options.out}"
    return tell(options, run, told, stretch.notes, words)


def score(options, run: Run, test_errors: np.ndarray) -> int:
    """The error of each window, and the share of test windows with a smaller one."""
    from aecore.analysis.own_data import window_scores

    series, stretch = _read(options.files, run)
    found = _through(run, series, stretch, run.corruption)
    scores = window_scores(found, stretch, series.length, test_errors, options.codes)
    if options.csv:
        write_scores(options.csv, scores)
    lines = [
        f"{each['error']:<10.5g} {each['share_below']:<6.1%} {each['begin']} – {each['end']}"
        for each in scores
    ]
    count = f"{len(scores):,} window{'s' * (len(scores) != 1)}"
    words = f"{count} → {options.csv}" if options.csv else "\n".join(lines)
    return tell(options, run, {"windows": scores}, stretch.notes, words)


def _read(files: list[str], run: Run) -> tuple[Series, Stretch]:
    series = run.source.series
    assert series is not None  # of a run on a series
    return series, read_stretch(*one_file(files), series)


def _through(run: Run, series: Series, stretch: Stretch, corruption=("none", 0.0)):
    load_keras()
    import keras

    from aecore.analysis.own_data import own_stretch

    model = keras.models.load_model(run.model_path, compile=False)
    return own_stretch(model, series, stretch.values, stretch.starts, corruption)
