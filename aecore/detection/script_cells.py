"""How the script of a detector reads CSV files: named, cut and prepared as in this project."""

from aecore.data import names
from aecore.data.tables import (
    chunks,
    columns,
    dates,
    delimiters,
    dialect,
    encoding,
    heading,
    missing,
    units,
)
from aecore.detection.embedding import embedded

CELLS = '''
def cells_of(path, wanted):
    """Column names and rows of a CSV file, and what reads a cell as a number, NaN if it is none."""
    content = Path(path).read_bytes()
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(marked)
    except UnicodeDecodeError:  # as older spreadsheets write it
        text = content.decode("cp1252", "replace")
    if not text.strip():
        refuse(f"{path} is empty.")
    lines = re.split(r"\\r\\n|\\r|\\n", text)
    found = written(lines)
    table = io.StringIO("\\n".join(lines[found["skip"]:]), newline="")
    delimiter, quote = found["delimiter"], found["quote"]
    space = delimiter == " "
    rows = csv.reader(table, delimiter=delimiter, quotechar=quote, skipinitialspace=space)
    rows = [row for row in rows if len(row) > 1 or "".join(row).strip()]
    decimal, thousands = found["decimal"], found["thousands"]

    def plain(cell, unit=""):
        cell = bare(cell.strip().translate(TYPED))
        if unit:
            cell = re.sub(around(unit), r"\\1\\2", cell)
        if thousands and re.match(GROUPED.format(re.escape(thousands)) + r"(?!\\d)", cell):
            cell = cell.replace(thousands, "")
        if decimal != "." and "." in cell:
            return np.nan
        cell = cell.replace(decimal, ".")
        try:
            value = float(cell if cell.isascii() and "_" not in cell else "nan")
        except ValueError:
            return np.nan
        return value if np.isfinite(value) else np.nan

    widths = sorted(map(len, rows[1:101])) or [len(rows[0])]
    width = max(len(rows[0]), widths[len(widths) // 2])
    blank = [""] * width
    header, below = named(path, rows, blank, wanted, found["header"])
    below = [row + blank[len(row):] for row in below if len(row) <= width]
    if not below:
        refuse(f"{path} has no rows.")
    return header, below, plain


def named(path, rows, blank, wanted, likely):
    """Column names, of the first row or else by their places, and the rows below them.

    likely: how many rows look like a header.
    """
    header = [""] * _names_rows(rows[0], rows[1:101]) + rows[0]
    found = column_names(header + blank[len(header):])
    ways = [(found, rows[max(likely, 1):]), (column_names(blank), rows)]
    for names, below in ways if likely else reversed(ways):
        if set(wanted) <= set(names):
            return names, below
    lacking = [name for name in wanted if name not in found]
    if len(lacking) == len(wanted) == len(blank):
        return wanted, rows
    refuse(f"{path} lacks columns that the model needs: {', '.join(lacking)}.")


def numbers(cells, plain):
    """The cells of a column as numbers, whichever unit they have; NaN where one is none."""
    cells = [cell.strip() for cell in cells]
    unit = find_unit(cell for cell in cells if cell.lower() not in MISSING)
    return np.array([plain(cell, unit) for cell in cells])

'''

TABLE = '''
def read(path):
    """The rows of a CSV file, prepared; NaN where a cell is missing."""
    parts = TOLD["table"]["preparation"]["parts"]
    columns = [TOLD["table"]["columns"][part["column"]] for part in parts]
    wanted = list(dict.fromkeys(column["of"] or column["name"] for column in columns))
    header, rows, plain = cells_of(path, wanted)
    found = []
    for part, column in zip(parts, columns):
        place = header.index(column["of"] or column["name"])
        cells = [row[place].strip() for row in rows]
        cells = ["" if cell.lower() in MISSING else cell for cell in cells]
        found.append(prepared(part, raw(path, column, cells, plain)))
    return np.concatenate(found, axis=1).astype(np.float32), [
        f"row {n}" for n in range(1, len(rows) + 1)
    ]


def raw(path, column, cells, plain):
    """Numbers, the places of categories, or a date's seconds, hour or weekday."""
    if column["kind"] == "date" or column["of"]:
        values = dates(path, column, cells)
        if column["part"] == "hour":
            return values % 86400 / 3600
        return (values // 86400 + 3) % 7 if column["part"] else values
    if column["kind"] == "category":
        places = {name: place for place, name in enumerate(column["categories"])}
        return np.array([places.get(cell, -1.0) if cell else np.nan for cell in cells])
    return np.array([plain(cell, column.get("unit")) for cell in cells])


def dates(path, column, cells):
    """Seconds since 1970, by the format in which most are dates: of several, the one learnt."""
    filled = [cell for cell in cells if cell]
    some = filled[:: len(filled) // 500 + 1]

    def fitting(date_format):
        return sum(not np.isnan(seconds(cell, date_format)) for cell in some)

    best = column["date_format"]
    if fitting(best) < len(some):
        best = max([best, *DATE_FORMATS], key=fitting)
    values = np.array([seconds(cell, best) for cell in cells])
    if filled and np.isnan(values).all():
        name = column["of"] or column["name"]
        refuse(f"{path} has no date that can be read in the column {name}.")
    return values


# as pandas understands it: 2024/1/31, 2024-01 and 20240131, too
ISO = re.compile(r"(\\d{4})([-/. ]?)(\\d\\d?)?(?:\\2(\\d\\d?))?([T ].*|)")


def seconds(cell, date_format):
    cell = re.sub(r"\\s*(UTC|GMT)$", "", cell)
    try:
        if date_format in EPOCHS:
            found = float(cell) / EPOCHS[date_format]
            return found if 0 <= found <= LAST else np.nan
        if date_format == "ISO8601" and (iso := ISO.fullmatch(cell)):
            year, _, month, day, time = iso.groups()
            time = re.sub("^.(?=[0-9]:)", "T0", time)
            date = datetime.fromisoformat(f"{year}-{month or 1:0>2}-{day or 1:0>2}{time}")
        else:
            date = datetime.strptime(cell, date_format)
    except ValueError:
        return np.nan
    return (date if date.tzinfo else date.replace(tzinfo=timezone.utc)).timestamp()


def prepared(part, values):
    if part["places"]:  # of a category one value for each of its values, and one for all others
        found = values[:, None] == np.array(part["places"])
        if part["other"]:
            found = np.column_stack([found, ~found.any(axis=1) & ~np.isnan(values)])
        return np.where(found.any(axis=1, keepdims=True), found.astype(float), np.nan)
    if not part["knots"]:
        return ((values - part["mean"]) / part["scale"])[:, None]
    ranks = np.clip(np.linspace(0, 1, len(part["knots"])), 1e-3, 1 - 1e-3)
    ranks = np.interp(values, part["knots"], ranks)
    normal = [np.nan if np.isnan(v) else NormalDist().inv_cdf(r) for v, r in zip(values, ranks)]
    return np.array(normal)[:, None]
'''

SERIES = '''
def read(path):
    """The channels of a CSV file, a row a step; NaN where a cell is missing."""
    told = TOLD["series"]
    header, rows, plain = cells_of(path, told["channels"])
    if len(rows) < told["length"]:
        refuse(f"{path} has {len(rows)} steps; a window of the model has {told['length']}.")
    places = [header.index(channel) for channel in told["channels"]]
    values = np.stack([numbers([row[place] for row in rows], plain) for place in places], axis=1)
    values = (values - np.array(told["mean"])) / np.array(told["scale"])
    return values.astype(np.float32), [f"step {n}" for n in range(1, len(rows) + 1)]


def windows(values):
    """Where windows begin that cover all steps, and these windows."""
    length, stride = TOLD["series"]["length"], TOLD["series"]["stride"]
    starts = np.arange(0, len(values) - length + 1, stride)
    if starts[-1] + length < len(values):
        starts = np.append(starts, len(values) - length)
    cut = np.stack([values[start : start + length] for start in starts])
    some = ~np.isnan(cut).all(axis=(1, 2))
    if not some.any():
        refuse("No value in it is a number.")
    return starts[some], cut[some]
'''

APART = '''
def read(path):
    """The rows of a CSV file with one short series each; NaN where a cell is missing."""
    told, count = TOLD["series"], TOLD["series"]["length"]
    header, rows, plain = cells_of(path, [])
    kept = [place for place, name in enumerate(header) if name != told["label"]][:count]
    if len(kept) < count:
        refuse(f"{path} has {len(kept)} steps per row; the model takes {count}.")
    values = np.stack([numbers([row[place] for row in rows], plain) for place in kept], axis=1)
    values = (values[..., None] - np.array(told["mean"])) / np.array(told["scale"])
    return values.astype(np.float32), [f"row {n}" for n in range(1, len(rows) + 1)]
'''


def cells() -> str:
    """What reads the cells of a CSV file, for all that come as one."""
    parts = [
        embedded(encoding, [], ["_MARKS"]),
        embedded(delimiters, ["find_quote", "find_delimiter"]),
        embedded(units, ["find_unit", "without_unit", "around"]),
        embedded(missing, ["known"]),
        embedded(heading, ["header_rows", "below_other_lines"]),
        embedded(dialect, ["written"], ["GROUPED"]),
        embedded(names, ["storable", "is_blank", "shortened", "told_apart"]),
        embedded(columns, ["column_names"]),
        embedded(chunks, ["_names_rows"]),
    ]
    return "\n\n".join(parts) + f"\n{CELLS}"


def dated_cells() -> str:
    """The same with dates, which are some of a table's columns."""
    return embedded(dates, [], ["DATE_FORMATS", "EPOCHS", "LAST"]) + "\n\n" + cells()
