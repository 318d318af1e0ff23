"""A run's detector on data of one's own: `detect`, for every kind, once or as files arrive."""

import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aecore.commands.interrupting import load_keras, noticing
from aecore.commands.options import (
    add_command,
    add_directory,
    add_json,
    add_measured_run,
    store_of,
)
from aecore.commands.printing import as_rows, complain, print_json
from aecore.commands.verdicts import FAILED, FLAGGED, JUDGE, NOTHING, Found
from aecore.commands.watching import arriving
from aecore.data.images.intake import Unusable
from aecore.data.limits import Refused
from aecore.data.names import visible
from aecore.data.refusal import Refusal
from aecore.data.spreadsheet import as_csv
from aecore.detection.scores import SCORES
from aecore.detection.thresholds import false_alarms
from aecore.runs.files import write_text
from aecore.runs.run import RunDamaged
from aecore.runs.same_model import same_model

DETECTING = """Flags what is unusual by the detector of a run; a run that has none yet gets the
usual one, with at most 1% of false alarms. Another score or share applies to this call only: the
saved detector is not changed. Where no value is known, score and verdict are empty. The exit status
is 0 if nothing is flagged, 1 if something is, and 2 if nothing could be judged."""
FILES = "image files, folders or ZIPs; for a table or a series one file; with --watch folders"


def add_detect(commands) -> None:
    """Adds the command of this file."""
    parser = add_command(commands, "detect", detect, description=DETECTING)
    add_measured_run(parser)
    parser.add_argument("files", metavar="FILE", nargs="+", help=FILES)
    parser.add_argument("--score", choices=SCORES, help="score to use instead of the detector's")
    parser.add_argument(
        "--share", type=float, help="share of normal samples that may be flagged, such as 0.01"
    )
    parser.add_argument(
        "--csv", metavar="FILE", help="write the verdicts to a table; with --watch append them"
    )
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

    with same_model(run):
        model = keras.models.load_model(run.model_path, compile=False)
        kept = detector = detectors.kept_detector(run)
        if detector is None or options.score not in (None, detector.score):
            detector = detectors.fit(run, model, options.score or "")
    if kept is None and options.score is None:
        detectors.keep_detector(run, detector)
    if options.share is not None:
        normal = detector.threshold.normal
        threshold = false_alarms(detector.calibration, options.share, normal)
        detector = dataclasses.replace(detector, threshold=threshold)
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
            raise Refused("{} is not a folder; --watch needs folders.", str(folder))
    own = Path(options.csv).resolve() if options.csv else None
    if own and (first := _first_line(own)) and not first.startswith("file,"):
        raise _other_columns(own)
    count, status = 0, NOTHING
    print("Watching; Ctrl-C ends it.", file=sys.stderr, flush=True)
    try:
        for path in arriving(folders):
            if path.resolve() == own:
                continue
            with noticing():  # its verdicts are written before Ctrl-C ends this
                found = _judged(judge, path)
                status = max(status, int(found.status == FLAGGED))
                count += len(found.rows)
                if options.csv and found.rows:
                    rows = [{"file": path.name, **row} for row in found.rows]
                    _append(Path(options.csv), rows)
                _tell_arrived(path, found, options.json)
    except KeyboardInterrupt:
        print(f"{count:,} verdict{'s' * (count != 1)}.", file=sys.stderr)
    return status


def _judged(judge: Callable[[list[str]], Found], path: Path) -> Found:
    """What is found in a file that has arrived, which may be unusable."""
    try:
        return judge([str(path)])
    except (Refusal, OSError) as problem:
        return Found(refused=[Unusable(path.name, str(problem))])


def _tell_arrived(path: Path, found: Found, json_wanted: bool) -> None:
    if json_wanted:
        line = {"file": path.name, "verdicts": found.rows, "refused": as_rows(found.refused)}
        print(json.dumps(line), flush=True)
    else:
        _tell(found)
        sys.stdout.flush()


def _tell(found: Found, quiet: bool = False) -> None:
    for row in () if quiet else found.rows:
        more = " ".join(str(row[name]) for name in ("reason", "share") if row.get(name))
        mark = "unknown" if row["flagged"] is None else "FLAGGED" if row["flagged"] else ""
        print(f"{_short(row['score']):<10} {mark:8} {visible(str(row['name']))} {visible(more)}")
    complain(found.refused)
    for note in found.notes:
        print(visible(note), file=sys.stderr)


def _short(score: float | None) -> str:
    return "" if score is None else f"{score:.5g}"


def _append(path: Path, rows: list[dict[str, Any]]) -> None:
    """Adds verdicts at the end of a table; a new one gets its header first."""
    lines = _csv(rows)
    if first := _first_line(path):
        header, lines = lines.split("\r\n", 1)
        if first != header:
            raise _other_columns(path)
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(lines)


def _first_line(path: Path) -> str:
    """The header of a table; empty if there is none yet."""
    if not path.is_file():  # such as a pipe, which must not be read
        return ""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return file.readline().rstrip("\n")


def _other_columns(path: Path) -> Refused:
    return Refused("{} has other columns than the verdicts to be appended.", str(path))


def _csv(rows: list[dict[str, Any]]) -> str:
    header = tuple(rows[0]) if rows else ("name", "score", "flagged")
    cells = [["" if value is None else value for value in row.values()] for row in rows]
    return as_csv(header, [[int(c) if isinstance(c, bool) else c for c in row] for row in cells])
