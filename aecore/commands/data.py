"""Data sets of one's own of tables and series: `data`."""

import math
import tempfile
from pathlib import Path

from aecore.commands.corrections import (
    check_kind,
    check_sound,
    columns_of,
    dialect_of,
    long_of,
)
from aecore.commands.options import add_command, add_json
from aecore.commands.printing import print_json
from aecore.data.limits import Refused
from aecore.data.names import visible
from aecore.data.own import own_keys, own_source
from aecore.data.series.apart import make_apart, read_apart
from aecore.data.series.container import is_sound
from aecore.data.series.intervals import LABEL, NORMAL, read_intervals, with_intervals
from aecore.data.series.making import Measured, make_series, measure_series, measure_sound
from aecore.data.series.timeline import GAPS
from aecore.data.tables.catalogue import number_of, scikit_csv, write_openml
from aecore.data.tables.columns import KINDS
from aecore.data.tables.making import Made, Plan, make_table
from aecore.data.tables.preparation import SCALINGS
from aecore.data.tables.uploads import Look, look_at
from aecore.data.tables.wide import find_long, make_wide

SKLEARN = "sklearn:"
ADDING = """Makes a data set of a CSV, Parquet or WAV file. Prints its key for `train --dataset`,
what was understood of each column, and what could not be used."""


def add_data(commands) -> None:
    """Adds the commands of this file."""
    family = commands.add_parser("data", help="make and list data sets of your own")
    parts = family.add_subparsers(required=True, metavar="COMMAND")
    adding = add_command(parts, "add", add, description=ADDING)
    adding.add_argument(
        "file", metavar="FILE", help="a CSV, Parquet or WAV file; a table of openml.org by its "
        "number, as openml:61; or one of scikit-learn, as sklearn:wine",
    )  # fmt: skip
    adding.add_argument("--name", required=True, help="what the data set is called")
    adding.add_argument("--label", default="", metavar="COLUMN", help="column of each row's class")
    adding.add_argument("--normal", default="", metavar="VALUE", help="the class that is normal")
    adding.add_argument(
        "--column", action="append", default=[], metavar="NAME=KIND",
        help=f"what a column is, if it was understood wrongly: {', '.join(KINDS)}",
    )  # fmt: skip
    adding.add_argument(
        "--leave-out", action="append", default=[], metavar="NAME", help="do not learn a column"
    )
    adding.add_argument(
        "--kind", choices=tuple(_ADDING), default="table",
        help="whether rows are samples, or the steps of a time series",
    )  # fmt: skip
    adding.add_argument(
        "--rows", action="store_true", help="for series: each row of the table is a short series"
    )
    adding.add_argument(
        "--time", metavar="COLUMN", help="for a series: the column of times, dates or seconds "
        "(default: the first of dates); empty for none",
    )  # fmt: skip
    adding.add_argument(
        "--intervals", metavar="FILE", help="for a series, instead of --label: a CSV file of the "
        "start and end of each anomalous interval, as times of the series or as row numbers from 0",
    )  # fmt: skip
    adding.add_argument(
        "--wide", metavar="USER,ITEM,RATING", help="for a table in long format: the columns that "
        "become rows, columns and cells of the table",
    )  # fmt: skip
    adding.add_argument("--window", type=int, help="for a series: steps in a window")
    adding.add_argument("--stride", type=int, help="for a series: steps between windows")
    adding.add_argument(
        "--gaps", choices=tuple(GAPS), default="cut", help="for a series: how to treat gaps"
    )
    adding.add_argument(
        "--scaling", choices=tuple(SCALINGS), default="standard", help="how numbers are scaled"
    )
    adding.add_argument(
        "--dates", default="time", metavar="PART,PART", help="what dates are learnt as: time, "
        "hour, weekday (default: time)",
    )  # fmt: skip
    for name in ("encoding", "delimiter", "decimal", "thousands"):
        adding.add_argument(f"--{name}", help="of the CSV file; detected by default")
    adding.add_argument(
        "--skip", type=int, metavar="LINES", help="lines above the table; detected by default"
    )
    adding.add_argument(
        "--header", type=int, metavar="ROWS", help="rows of names and units; detected by default"
    )
    add_json(adding)
    add_json(add_command(parts, "list", list_all))


def add(options) -> int:
    """Makes a data set of a table or a series."""
    name, content = _file(options.file)
    if is_sound(content):
        check_sound(options)
        return _add_series(options, measure_sound(name, content))
    check_kind(options)
    seen = look_at(name, content, dialect_of(options, look_at(name, content)))
    return _ADDING[options.kind](options, name, content, seen, columns_of(options, seen.columns))


def _file(told: str) -> tuple[str, bytes]:
    """The name and content of a file, or of a table that others keep."""
    if (number := number_of(told)) is not None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            return write_openml(number, str(path)), path.read_bytes()
    if told.startswith(SKLEARN):
        return told, scikit_csv(told.removeprefix(SKLEARN))
    path = Path(told)
    return path.name, path.read_bytes()


def _add_table(options, name: str, content: bytes, seen: Look, columns) -> int:
    plan = Plan(
        options.name, seen.dialect, columns, options.label, options.normal, options.scaling,
        tuple(part.strip() for part in options.dates.split(",")),
    )  # fmt: skip
    if options.wide:
        return _add_wide(options, make_wide(name, content, plan, long_of(options.wide)))
    made = make_table(name, content, plan)
    learnt = {column.of or column.name for column in made.table.learnt}
    rows = [
        {"name": c.name, "kind": c.kind, "reason": c.reason, "learnt": c.name in learnt,
         "missing": c.missing, "low": _finite(c.low), "high": _finite(c.high)}
        for _, c in columns
    ]  # fmt: skip
    notes = made.notes
    if long := find_long(seen):
        told = ",".join((long.user, long.item, long.rating))
        notes = (*notes, f"this looks like long format; convert it with --wide {told!r}")
    if options.json:
        told = {"key": made.key, "rows": made.rows, "columns": rows, "refused": list(notes)}
        print_json(told | {"dialect": seen.dialect.to_dict() if seen.dialect else None})
    else:
        print(f"{made.key}\n{made.rows:,} rows")
        for row in rows:
            mark = "" if row["learnt"] else "label" if row["name"] == options.label else "left out"
            print(f"{visible(row['name']):30} {row['kind']:12} {mark:10}{visible(row['reason'])}")
        for note in notes:
            print(visible(note))
    return 0


def _add_wide(options, made: Made) -> int:
    items = [{"name": c.name, "ratings": made.rows - c.missing} for c in made.table.columns]
    if options.json:
        print_json({"key": made.key, "rows": made.rows, "columns": items,
                    "refused": list(made.notes)})  # fmt: skip
    else:
        print(f"{made.key}\n{made.rows:,} rows, {len(items):,} column{'s' * (len(items) != 1)}")
        for note in made.notes:
            print(visible(note))
    return 0


def _add_steps(options, name: str, content: bytes, seen: Look, columns) -> int:
    if options.rows:
        return _add_apart(options, name, content, seen, columns)
    return _add_series(options, measure_series(
        name, content, seen.dialect, columns, options.label, options.gaps, time=options.time
    ))  # fmt: skip


def _add_apart(options, name: str, content: bytes, seen: Look, columns) -> int:
    read = read_apart(name, content, seen.dialect, columns, options.label)
    key = make_apart(options.name, read, options.label, options.normal)
    count, length = read.values.shape
    if options.json:
        print_json({"key": key, "series": count, "steps": length, "refused": list(read.notes)})
    else:
        print(f"{key}\n{count:,} series of {length:,} steps")
        print(*map(visible, read.notes), sep="\n")
    return 0


def _add_series(options, measured: Measured) -> int:
    if options.intervals:
        if options.label:
            raise Refused("Give either --label or --intervals.")
        path = Path(options.intervals)
        intervals = read_intervals(path.name, path.read_bytes(), date_format=measured.date_format)
        measured = with_intervals(measured, intervals)
        options.label, options.normal = LABEL, NORMAL
    length, stride = measured.proposed
    length = options.window or length
    stride = options.stride or (max(1, length // 4) if options.window else stride)
    key = make_series(options.name, measured, length, stride, options.label, options.normal)
    told = {
        "key": key, "steps": len(measured.timeline.values), "step": measured.timeline.step,
        "window": length, "stride": stride, "channels": list(measured.channels),
    }  # fmt: skip
    if options.json:
        print_json(told | {"refused": list(measured.notes)})
    else:
        print(f"{key}\n{told['steps']:,} steps, windows of {length} every {stride}")
        print(*map(visible, (*measured.channels, *measured.notes)), sep="\n")
    return 0


def list_all(options) -> int:
    """Lists the data sets of your own."""
    found = {key: own_source(key) for key in own_keys()}
    if options.json:
        print_json([{"key": key, **source.to_dict()} for key, source in found.items()])
    else:
        for key, source in found.items():
            print(f"{key:50} {visible(source.title)}: {source.credit}")
    return 0


_ADDING = {"table": _add_table, "series": _add_steps}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
