"""Verdicts of a detector on the files of a command, for every kind of data."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aecore.commands.pictures import batches
from aecore.commands.rows import one_file
from aecore.data.images.intake import Unusable
from aecore.data.series.stretch import read_stretch
from aecore.data.tables.filling import as_texts
from aecore.data.tables.rows import read_rows
from aecore.detection.detector import Detector
from aecore.runs.run import Run

NOTHING, FLAGGED, FAILED = 0, 1, 2  # exit status


@dataclass
class Found:
    """Verdicts as named values, refused files, and notes on the others.

    Score and verdict are None where there is nothing to judge by.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Unusable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The exit status; what is flagged is told even if files were refused."""
        if any(row["flagged"] for row in self.rows):
            return FLAGGED
        return FAILED if self.refused or not self.rows else NOTHING


def _images(run: Run, model, detector: Detector, paths: list[str]) -> Found:
    from aecore.detection.judging import judge_new

    found = Found()
    for batch in batches(paths, run.source):
        found.refused += batch.refusals
        found.notes += [f"{name}: {note}" for name, note in batch.notes]
        judged = judge_new(model, detector, batch.images)
        for name, score, flagged in zip(batch.names, judged.scores, judged.flagged, strict=True):
            found.rows.append({"name": name, "score": float(score), "flagged": bool(flagged)})
    return found


def _rows(run: Run, model, detector: Detector, paths: list[str]) -> Found:
    """Each row with the column that counts most, its value, and what the model makes of it."""
    from aecore.detection.judging import judge_new

    table = run.source.table
    assert table is not None  # of a run on a table
    read = read_rows(*one_file(paths), table)
    prepared = table.preparation.apply(read.values)
    judged = judge_new(model, detector, prepared, table.preparation.layout)
    worst, known = judged.reasons.argmax(axis=1), ~np.isnan(judged.scores)
    given = as_texts(table, read.values[:, [part.column for part in table.preparation.parts]])
    rebuilt = as_texts(table, table.preparation.back(judged.outputs), digits=4)
    rows = []
    for place, column in enumerate(worst):
        rows.append(
            {
                "name": f"row {place + 1}",
                "score": _finite(judged.scores[place]),
                "flagged": bool(judged.flagged[place]) if known[place] else None,
                "reason": table.learnt[column].name if known[place] else "",
                "share": f"{judged.reasons[place, column]:.0%}" if known[place] else "",
                "value": given[place][column],
                "reconstructed": rebuilt[place][column] if known[place] else "",
            }
        )
    return Found(rows, notes=list(read.notes))


def _steps(run: Run, model, detector: Detector, paths: list[str]) -> Found:
    """Each step with the channel that counts most, its value, and what the model makes of it."""
    from aecore.analysis.own_data import plain_time
    from aecore.detection.judging import judge_stretch

    series = run.source.series
    assert series is not None  # of a run on a series
    stretch = read_stretch(*one_file(paths), series)
    judged = judge_stretch(model, detector, series, stretch.values, stretch.starts)
    rebuilt, rows = series.back(judged.outputs), []
    worst, known = judged.reasons.argmax(axis=1), ~np.isnan(judged.scores)
    for step, time in enumerate(stretch.times(np.arange(len(stretch.values)))):
        channel = worst[step]
        rows.append(
            {
                "name": plain_time(time),
                "score": _finite(judged.scores[step]),
                "flagged": bool(judged.flagged[step]) if known[step] else None,
                "reason": series.channels[channel] if known[step] else "",
                "share": f"{judged.reasons[step, channel]:.0%}" if known[step] else "",
                "value": _finite(stretch.values[step, channel]),
                "reconstructed": _finite(rebuilt[step, channel]),
            }
        )
    return Found(rows, notes=list(stretch.notes))


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


JUDGE: dict[str, Callable[[Run, Any, Detector, list[str]], Found]] = {
    "image": _images,
    "table": _rows,
    "series": _steps,
}
