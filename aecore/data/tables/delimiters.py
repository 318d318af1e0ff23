"""What cuts the lines of a CSV file into cells: its quotes and its delimiter."""

import csv
import re
from collections import Counter

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
TYPED = str.maketrans(  # typographic signs in numbers → how a keyboard has them
    {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2212": "-"}
)
_PLAIN = re.compile(  # a number with any signs, or a date or a time
    r"[+-]?(?:\d+|\d{1,3}(?:[.,' ]\d{3})+)?(?:[.,]\d*)?(?:[eE][+-]?\d+)?\s*%?"
    r"|\d{1,4}([-./])\d{1,2}\1\d{1,4}(?:[T ][\d:]+(?:[.,]\d+)?(?:Z|[+-][\d:]+)?)?"
    r"|\d{1,2}:[\d:]+(?:[.,]\d+)?"
)


def find_quote(lines: list[str]) -> str:
    """A single quote only where fields are seen to begin and end with it, and none with double."""
    text = "\n".join(lines)
    single = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=$|[,;\t|])", text, re.MULTILINE))
    return "'" if single > len(lines) // 2 and '"' not in text else '"'


def rows_of(lines: list[str], delimiter: str, quote: str) -> list[list[str]]:
    """The cells of each line, without blank lines."""
    space = delimiter == " "
    try:
        return [
            row
            for row in csv.reader(lines, delimiter=delimiter, quotechar=quote or None,
                                  skipinitialspace=space)
            if row
        ]  # fmt: skip
    except csv.Error:  # a field longer than the module takes
        return [line.split(delimiter) for line in lines]


def find_delimiter(lines: list[str], quote: str) -> str:
    """The one that cuts most lines into equally many fields; of several, into the plainest."""
    scores = {}
    for place, delimiter in enumerate(DELIMITERS):
        rows = rows_of(lines, delimiter, quote)
        width, first, agreed = usual_width(rows)
        if width > 1:
            # a space or a decimal comma cuts texts and numbers, too: it has to agree better
            plain, space = _are_plain(columns_of(rows[1:] or rows), delimiter), delimiter == " "
            scores[delimiter] = (agreed - 0.1 * space, not space, -first, plain, width, -place)
    best = max(scores, key=scores.__getitem__) if scores else ","
    texts = [line for line in lines[1:] if not _PLAIN.fullmatch(line.strip())]
    lone = not re.search(r"[,;\t|]", "".join([lines[0], *texts]))
    if best == "," and lone and len(texts) < len(lines) / 2 - 1:
        return ";"  # a name above one column with decimal commas
    return best


def usual_width(rows: list[list[str]]) -> tuple[int, int, float]:
    """How many cells most rows have, the first with as many, and how many agree from there on."""
    widths = Counter(len(row) for row in rows)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    first = next(place for place, row in enumerate(rows) if len(row) >= width)
    return width, first, round(count / (len(rows) - first), 2)


def _are_plain(columns: list[list[str]], delimiter: str) -> bool:
    """Whether most cells are numbers or dates, and none has another delimiter in it."""
    cells = [cell for column in columns for cell in column]
    others = {";", "\t"} - {delimiter}
    if any(other in cell for cell in cells for other in others):
        return False
    return sum(bool(_PLAIN.fullmatch(cell)) for cell in cells) > len(cells) / 2


def columns_of(rows: list[list[str]]) -> list[list[str]]:
    """The cells of each column as they are typed, without the empty ones."""
    width = max(map(len, rows))
    columns = [[row[place].strip() for row in rows if place < len(row)] for place in range(width)]
    return [[cell.translate(TYPED) for cell in column if cell] for column in columns]
