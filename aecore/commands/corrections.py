"""What the options of `data add` correct of a file as it was understood, and which it takes."""

import dataclasses

from aecore.data.limits import Refused
from aecore.data.tables.columns import KINDS, Column
from aecore.data.tables.dialect import Dialect
from aecore.data.tables.uploads import Look
from aecore.data.tables.wide import Long

OF_ONE_KIND = {  # option → the --kind that it is for
    "wide": "table", "rows": "series", "time": "series", "intervals": "series",
    "window": "series", "stride": "series",
}  # fmt: skip
OF_STEPS = ("time", "intervals", "window", "stride")
OF_COLUMNS = ("label", "column", "leave_out", "wide", "time", "rows")


def check_kind(options) -> None:
    """Refuses options that have no effect on the kind of data.

    Raises:
        Refused: the text names the option.
    """
    for option, kind in OF_ONE_KIND.items():
        if getattr(options, option) and options.kind != kind:
            raise Refused("--{} is for --kind {}.", option, kind)
        if getattr(options, option) and options.rows and option in OF_STEPS:
            raise Refused("--{} is for one long series; with --rows, each row is one.", option)


def check_sound(options) -> None:
    """Refuses options that have no effect on a sound.

    Raises:
        Refused: the text names the option.
    """
    for option in OF_COLUMNS:
        if getattr(options, option):
            told = option.replace("_", "-")
            raise Refused("--{} is for a table: a sound has no rows or columns.", told)


def dialect_of(options, seen: Look) -> Dialect | None:
    """How a file is written: as found, but for what was told; None for Parquet.

    Raises:
        Refused: a number of lines is negative.
    """
    if seen.dialect is None:
        return None
    for name, told in (("lines to skip", options.skip), ("header rows", options.header)):
        if told is not None and told < 0:
            raise Refused("The number of {} is at least 0.", name)
    names = ("encoding", "delimiter", "decimal", "thousands", "header")
    told = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    if told.get("delimiter") == "\\t":
        told["delimiter"] = "\t"
    found = seen.dialect if options.skip is None else seen.dialect.skipping(options.skip)
    return dataclasses.replace(found, **told)


def columns_of(options, columns: tuple[Column, ...]) -> tuple[tuple[int, Column], ...]:
    """The columns that are wanted, each with its place, and what it is said to be.

    Raises:
        Refused: a name or a kind is unknown.
    """
    kinds = {}
    for told in options.column:
        name, _, kind = told.rpartition("=")
        if kind not in KINDS:
            raise Refused("{}: a column is one of {}.", told, ", ".join(KINDS))
        kinds[name] = kind
    names = [column.name for column in columns]
    for name in (*kinds, *options.leave_out):
        if name not in names:
            raise Refused("There is no column {}; there are: {}.", name, ", ".join(names[:30]))
    return tuple(
        (place, dataclasses.replace(column, kind=kinds.get(column.name, column.kind)))
        for place, column in enumerate(columns)
        if column.name not in options.leave_out
    )


def long_of(names: str) -> Long:
    """The columns of a table in long format.

    Raises:
        Refused: they are not three.
    """
    parts = [name.strip() for name in names.split(",")]
    if len(parts) != 3:
        raise Refused("{}: to convert long format, name three columns: USER,ITEM,RATING.", names)
    return Long(*parts)
