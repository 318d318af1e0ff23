"""Panel part: an uploaded table, how it is written, and what its first rows hold."""

import dataclasses
import zlib
from dataclasses import dataclass

import pandas
import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import PROBLEMS
from aecore.dashboard.parts.text import escaped, many, sentence_of
from aecore.dashboard.parts.uploads import kept, kept_row, round_of, uploader
from aecore.dashboard.services import reader
from aecore.dashboard.session import lasting, remembered
from aecore.data.limits import MB
from aecore.data.names import visible
from aecore.data.tables.delimiters import DELIMITERS
from aecore.data.tables.dialect import DECIMALS, THOUSANDS, Dialect
from aecore.data.tables.uploads import MOST_BYTES, Look, look_at

TABLES = ["csv", "tsv", "txt", "parquet"]
ENCODINGS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8 with BOM", "utf-16": "UTF-16",
    "cp1252": "Western (Windows-1252)", "iso8859_15": "Western (ISO 8859-15)",
    "cp1250": "Central European (Windows-1250)", "cp1251": "Cyrillic (Windows-1251)",
    "cp1253": "Greek (Windows-1253)", "cp1254": "Turkish (Windows-1254)",
    "cp932": "Japanese (Shift JIS)", "gb18030": "Chinese (GB 18030)", "big5": "Chinese (Big5)",
    "cp949": "Korean (CP949)",
}  # fmt: skip
WRITTEN = {  # field of a dialect → label, and choices with their words
    "delimiter": ("Delimiter", DELIMITERS),
    "decimal": ("Decimal mark", DECIMALS),
    "thousands": ("Thousands", THOUSANDS),
    "encoding": ("Encoding", ENCODINGS),
}


@dataclass(frozen=True)
class Uploaded:
    """A table that was uploaded and looked at.

    token: tells it, read in this way, from others; part of the keys of widgets.
    """

    name: str
    content: bytes
    look: Look
    token: str


def memory_of(place: str) -> str:
    """The key beneath which a place keeps its upload."""
    return f"{place}.uploads"


def upload_one(place: str, label: str, types: list[str], busy: bool) -> tuple[str, bytes] | None:
    """A place to drop one file; name and content of what is there."""
    memory = memory_of(place)
    uploader(
        memory, f"{place}.file.{round_of(memory)}", label, MOST_BYTES, one=True, type=types,
        max_upload_size=MOST_BYTES // MB, disabled=busy,
    )  # fmt: skip
    kept_row(memory, f"{place}.remove", "file", disabled=busy)
    files = kept(memory)
    return files[0] if files else None


def look_into(place: str, name: str, content: bytes, busy: bool) -> Uploaded | None:
    """Shows how a table is written, to be corrected, and its first rows; None if it is refused."""
    number = round_of(memory_of(place))
    found = _look(f"{place}.found", number, name, content)
    if found is None:
        return None
    dialect = found.dialect and _written(found.dialect, f"{place}.{number}", busy)
    if dialect != found.dialect:
        found = _look(f"{place}.told", (number, dialect), name, content, dialect)
        if found is None:
            return None
    _first_rows(found, place)
    return Uploaded(name, content, found, f"{number}.{zlib.crc32(repr(dialect).encode()):08x}")


def _look(
    slot: str, token, name: str, content: bytes, dialect: Dialect | None = None
) -> Look | None:
    def look() -> Look | Exception:
        with st.spinner("Reading the first rows…"):
            try:
                return look_at(name, content, dialect, reader())
            except PROBLEMS as problem:
                return problem

    found = remembered(slot, token, look)
    if isinstance(found, Look):
        return found
    st.error(sentence_of(found), icon=icons.REFUSED)
    return None


def _written(found: Dialect, place: str, busy: bool) -> Dialect:
    """Widgets that begin with what was found out; the dialect as it is told."""
    st.markdown("##### How the file is written")
    *cells, above, last = st.columns(6, vertical_alignment="bottom")
    told = {}
    for cell, (field, (label, words)) in zip(cells, WRITTEN.items(), strict=True):
        value = getattr(found, field)
        choices = words if value in words else {value: value, **words}
        told[field] = cell.selectbox(
            label, choices, index=list(choices).index(value),
            format_func=lambda each, words=choices: words[each][:1].upper() + words[each][1:],
            **lasting(f"{place}.written.{field}"), disabled=busy,
        )  # fmt: skip
    told["skip"] = above.number_input(
        "Skip lines", 0, value=found.skip, **lasting(f"{place}.written.skip"), disabled=busy,
        help="How many lines stand above the table.",
    )  # fmt: skip
    told["header"] = last.number_input(
        "Header rows", 0, value=found.skipping(int(told["skip"])).header, disabled=busy,
        **lasting(f"{place}.written.header.{told['skip']}"),
        help="0 if there are none. The first has the names of the columns; further ones, such as "
        "units, are left out.",
    )  # fmt: skip
    if told["thousands"] == told["decimal"]:
        st.caption("The thousands separator is ignored: it is also the decimal mark.")
        told["thousands"] = ""
    return dataclasses.replace(found, **told)


def _first_rows(look: Look, place: str) -> None:
    names = [visible(column.name) for column in look.columns]
    rows = [[visible(cell) if cell else "" for cell in row] for row in look.first]
    st.markdown("##### First rows")
    shown = pandas.DataFrame(rows, columns=pandas.Index(names), dtype=str)
    st.dataframe(shown, hide_index=True, height=213, key=f"{place}.first")
    about = "About " if look.total > look.rows else ""
    words = f"{about}{many(look.total, 'row')} × {many(len(names), 'column')}."
    if look.total > look.rows:
        words += f" The kinds of the columns were found from the first {look.rows:,} rows."
    st.caption(words)
    for refused in look.refused:
        st.caption(f"Left out: {escaped(refused)}.")
