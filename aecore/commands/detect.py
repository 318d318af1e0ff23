"""A run's detector on data of one's own: `detect`, for every kind, once or as files arrive."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from aecore.commands.interrupting import load_keras
from aecore.commands.options import (
    add_command,
    add_directory,
    add_json,
    add_measured_run,
    store_of,
)
from aecore.commands.pictures import batches
from aecore.commands.printing import as_rows, complain, print_json
from aecore.commands.rows import one_file
from aecore.commands.watching import arriving
from aecore.data.images.intake import Unusable
from aecore.data.limits import Refused
from aecore.data.names import visible
from aecore.data.refusal import Refusal
from aecore.data.series.stretch import read_stretch
from aecore.data.spreadsheet import as_csv
from aecore.data.tables.filling import as_texts
from aecore.data.tables.rows import read_rows
from aecore.detection.detector import Detector
from aecore.runs.files import write_text
from aecore.runs.run import Run, RunDamaged

NOTHING, FLAGGED, FAILED = 0, 1, 2  # exit status
DETECTING = """Flags what is unusual by the detector of a run; a run that has none yet gets the
usual one, with at most 1 % of false alarms. The exit status is 0 if nothing is flagged, 1 if
something is, and 2 if nothing could be judged."""
FILES = "image files, folders or ZIPs; of a table or a series one file; with --watch folders"


@dataclass
class Found:
    """Verdicts as named values, refused files, and notes on the others."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Unusable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The exit status; what is flagged is told even if files were refused."""
        if any(row["flagged"] for row in self.rows):
            return FLAGGED
        return FAILED if self.refused or not self.rows else NOTHING


def add_detect(commands) -> None:
    """Adds the command of this file."""
    parser = add_command(commands, "detect", detect, description=DETECTING)
    add_measured_run(parser)
    parser.add_argument("files", metavar="FILE", nargs="+", help=FILES)
    parser.add_argument("--csv", metavar="FILE", help="write the verdicts to a table")
    parser.add_argument(
        "--watch", action="store_true", help="judge files as they arrive in folders, until Ctrl-C"
    )
    add_directory(parser)
    add_json(parser)


def detect(options) -> int:
    """Flags what is unusual among image files, the rows of a table or the steps of a series."""
    try:
        judge = _judge(options)
        return _watch(options, judge) if options.watch else _once(options, judge)
    except Refusal as problem:
        print(visible(str(problem)), file=sys.stderr)
    except BrokenPipeError:
        raise
    except OSError as problem:
        print(f"A file could not be written or read: {problem}.", file=sys.stderr)
    return FAILED


def _judge(options) -> Callable[[list[str]], Found]:
    """What judges files by the detector of the run that was asked for."""
    run = store_of(options).get(options.run)
    if not run.usable:
        raise RunDamaged("{} has no measured model yet: it is {}.", run.id, run.status().state)
    load_keras()
    import keras

    from aecore.runs import detectors

    model = keras.models.load_model(run.model_path, compile=False)
    detector = detectors.kept_detector(run)
    if detector is None:
        detector = detectors.fit(run, model)
        detectors.keep_detector(run, detector)
    work = JUDGE[run.source.kind.key]
    return lambda paths: work(run, model, detector, paths)


def _once(options, judge: Callable[[list[str]], Found]) -> int:
    found = judge(options.files)
    if options.csv:
        write_text(Path(options.csv), _csv(found.rows))
    if options.json:
        refused = as_rows(found.refused)
        print_json({"verdicts": found.rows, "refused": refused, "notes": found.notes})
    else:
        _tell(found, quiet=bool(options.csv))
    return found.status


def _watch(options, judge: Callable[[list[str]], Found]) -> int:
    folders = [Path(each) for each in options.files]
    for folder in folders:
        if not folder.is_dir():
            raise Refused("{} is no folder: --watch looks into folders.", str(folder))
    kept, status = [], NOTHING
    print("Watching; Ctrl-C ends it.", file=sys.stderr, flush=True)
    own = Path(options.csv).resolve() if options.csv else None
    try:
        for path in arriving(folders):
            if path.resolve() == own:
                continue
            try:
                found = judge([str(path)])
            except (Refusal, OSError) as problem:
                found = Found(refused=[Unusable(path.name, str(problem))])
            status = max(status, int(found.status == FLAGGED))
            kept += [{"file": path.name, **row} for row in found.rows]
            if options.csv:
                write_text(Path(options.csv), _csv(kept))
            if options.json:
                line = {
                    "file": path.name,
                    "verdicts": found.rows,
                    "refused": as_rows(found.refused),
                }
                print(json.dumps(line), flush=True)
            else:
                _tell(found)
                sys.stdout.flush()
    except KeyboardInterrupt:
        print(f"{len(kept):,} verdicts.", file=sys.stderr)
    return status


def _tell(found: Found, quiet: bool = False) -> None:
    for row in () if quiet else found.rows:
        more = " ".join(str(row[name]) for name in ("reason", "share") if row.get(name))
        mark = "FLAGGED" if row["flagged"] else ""
        print(f"{_short(row['score']):<10} {mark:8} {visible(str(row['name']))} {visible(more)}")
    complain(found.refused)
    for note in found.notes:
        print(visible(note), file=sys.stderr)


def _short(score: float | None) -> str:
    return "" if score is None else f"{score:.5g}"


def _csv(rows: list[dict[str, Any]]) -> str:
    header = tuple(rows[0]) if rows else ("name", "score", "flagged")
    cells = [["" if value is None else value for value in row.values()] for row in rows]
    return as_csv(header, [[int(c) if isinstance(c, bool) else c for c in row] for row in cells])


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
    worst = judged.reasons.argmax(axis=1)
    given = as_texts(table, read.values[:, [part.column for part in table.preparation.parts]])
    rebuilt = as_texts(table, table.preparation.back(judged.outputs), digits=4)
    rows = []
    for place, column in enumerate(worst):
        rows.append(
            {
                "name": f"row {place + 1}",
                "score": float(judged.scores[place]),
                "flagged": bool(judged.flagged[place]),
                "reason": table.learnt[column].name,
                "share": f"{judged.reasons[place, column]:.0%}",
                "value": given[place][column],
                "reconstructed": rebuilt[place][column],
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
    worst = judged.reasons.argmax(axis=1)
    for step, time in enumerate(stretch.times(np.arange(len(stretch.values)))):
        channel, score = worst[step], judged.scores[step]
        rows.append(
            {
                "name": plain_time(time),
                "score": None if np.isnan(score) else float(score),
                "flagged": bool(judged.flagged[step]),
                "reason": series.channels[channel],
                "share": f"{judged.reasons[step, channel]:.0%}",
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
