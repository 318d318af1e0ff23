"""Parquet files as pieces of text cells, and which of their columns cannot be learnt."""

import contextlib
from collections.abc import Iterator, Mapping

from aecore.data.limits import Refused

NESTED = "holds lists or records, which cannot be learnt"
BYTES = "holds bytes that are no text, which cannot be learnt"
LOOKED_AT = 1_000  # rows, to find out whether bytes are text


def parquet_columns(content: bytes) -> tuple[list[str], dict[int, str]]:
    """Names of the columns, and why some of them cannot be learnt, by place.

    Raises:
        Refused: it is no Parquet file, or no column can be learnt.
    """
    import pyarrow as pa

    with _refusing():
        file = _opened(content)
        schema = file.schema_arrow
        types = [_stored(type) for type in schema.types]
        unusable = {place: NESTED for place, type in enumerate(types) if pa.types.is_nested(type)}
        for place, type in enumerate(types):
            if _is_binary(type) and not _is_text(file, schema.names[place]):
                unusable[place] = BYTES
    if len(unusable) == len(types):
        told = "; ".join(f"{schema.names[place]} {unusable[place]}" for place in sorted(unusable))
        raise Refused("No column of the Parquet file can be used: {}.", told[:500] or "it has none")
    return schema.names, unusable


def parquet_chunks(content: bytes, unusable: Mapping[int, str], rows: int) -> Iterator:
    """Pieces of a Parquet file: DataFrames of text, columns by place; empty where unusable."""
    import pandas as pd

    with _refusing():
        file = _opened(content)
        names = file.schema_arrow.names
        usable = [place for place in range(len(names)) if place not in unusable]
        wanted = [names[place] for place in usable] if unusable else None
        for batch in file.iter_batches(rows, columns=wanted, use_threads=False):
            found = dict(zip(usable, map(_texts, batch.columns), strict=True))
            nothing = pd.Series("", range(batch.num_rows), dtype=str)
            columns = [found.get(place, nothing) for place in range(len(names))]
            yield pd.concat(columns, axis=1, keys=range(len(names))).fillna("")


def parquet_rows(content: bytes) -> int:
    """How many rows a Parquet file has."""
    return _opened(content).metadata.num_rows


@contextlib.contextmanager
def _refusing():
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as problem:
        first, *_ = str(problem).splitlines() or [""]
        raise Refused("The Parquet file cannot be read: {}.", first.rstrip(". ")[:200]) from problem


def _opened(content: bytes):
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pq.ParquetFile(pa.BufferReader(content))


def _stored(type):
    """The type of the values of an extension or a dictionary."""
    import pyarrow as pa

    if isinstance(type, pa.BaseExtensionType):
        return _stored(type.storage_type)
    return _stored(type.value_type) if pa.types.is_dictionary(type) else type


def _is_binary(type) -> bool:
    import pyarrow as pa

    return any(
        test(type)
        for test in (
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_binary_view,
            pa.types.is_fixed_size_binary,
        )
    )


def _is_text(file, name: str) -> bool:
    """Whether bytes are text, which some programs do not say."""
    batch = next(file.iter_batches(LOOKED_AT, columns=[name], use_threads=False), None)
    cells = batch.columns[0].to_pylist() if batch else []
    return all(cell is None or _decoded(cell) is not None for cell in cells)


def _decoded(cell: bytes | None) -> str | None:
    if cell is None or b"\0" in cell:
        return None
    try:
        return cell.decode()
    except UnicodeDecodeError:
        return None


def _texts(column):
    """An Arrow array as a pandas Series of text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type) and column.type.tz:
        # as UTC: other zones are looked up in files, of which a reader may open none
        column = pc.cast(column, pa.timestamp(column.type.unit, "+00:00"))
    if _is_binary(column.type):
        column = pa.array(map(_decoded, column.to_pylist()), pa.string())
    return pc.cast(column, pa.string()).to_pandas()
