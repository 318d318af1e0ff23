"""Rows of a table or a stretch of a series to a small file, and back as CSV."""

from pathlib import Path
from typing import Any

from aecore.commands.printing import print_json
from aecore.commands.rows import one_file, tell
from aecore.compression.cells import Cells
from aecore.compression.codec import CodecRefused
from aecore.compression.coding import Coder
from aecore.compression.tabular import CompressedCells, compress_cells
from aecore.data.limits import Refused
from aecore.data.names import visible
from aecore.data.series.stretch import read_stretch
from aecore.data.tables.rows import read_rows
from aecore.runs.codecs import coder_for
from aecore.runs.files import write_text, write_whole
from aecore.runs.run import Run

WRITTEN = "decompressed.csv"


def compress_rows(options, run: Run, model: Any) -> int:
    """Compresses the rows of a file."""
    table = run.source.table
    assert table is not None  # of a run on a table
    rows = read_rows(*one_file(options.files), table)
    if not len(rows.values):
        raise Refused("The table has no rows.")
    return _compress(options, run, coder_for(run, model, lasting=True), rows)


def compress_stretch(options, run: Run, model: Any) -> int:
    """Compresses a stretch of a series."""
    series = run.source.series
    assert series is not None  # of a run on a series
    stretch = read_stretch(*one_file(options.files), series)
    return _compress(options, run, coder_for(run, model, lasting=True), stretch)


def write_cells(options, run: Run, cells: Cells) -> int:
    """Writes what a file of rows or steps holds."""
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / WRITTEN, cells.as_csv())
    if options.json:
        print_json({"run": run.id, "files": [str(folder / WRITTEN)]})
    else:
        count = len(cells.rows)
        print(f"{count:,} {cells.row}{'s' * (count != 1)} → {folder / WRITTEN}")
    return 0


def _compress(options, run: Run, coder: Coder, given) -> int:
    if options.psnr is not None or options.lossless or options.tiles:
        raise CodecRefused("--psnr, --lossless and --tiles are for images; {} learnt from {}.",
                           run.id, run.source.kind.samples)  # fmt: skip
    found = compress_cells(run.source, coder, given, most=options.bytes)
    write_whole(Path(options.out), lambda partial: partial.write_bytes(found.content))
    error = run.source.kind.error
    told = {
        "file": options.out,
        run.source.kind.samples: found.count,
        "bytes": len(found.content),
        "bytes of the CSV": found.sizes,
        error.metric: found.error,
        f"{error.metric} without quantising": found.limit,
        run.source.kind.parts: [vars(part) for part in found.errors],
    }
    notes = (*given.notes, *([_filled(found.missing)] if found.missing else []))
    return tell(options, run, told, notes, _in_words(options, run, found))


def _filled(missing: int) -> str:
    if missing == 1:
        return "1 missing value comes back as the model reconstructs it"
    return f"{missing:,} missing values come back as the model reconstructs them"


def _in_words(options, run: Run, found: CompressedCells) -> str:
    kind = run.source.kind
    others = ", ".join(f"{name} {size:,}" for name, size in found.sizes.items())
    lines = [
        f"{found.count:,} {kind.sample if found.count == 1 else kind.samples} → {options.out}",
        f"{len(found.content):,} bytes; the same cells without loss: {others}",
        f"{kind.error.told}: {found.error:.4g} ({found.limit:.4g} without quantising)",
        *(f"{part.error:<10.4g} {visible(part.name)}, {part.measure}" for part in found.errors),
    ]
    return "\n".join(lines)
