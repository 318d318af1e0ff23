"""What a cell says where its value is missing."""

MISSING = (
    "", "na", "n/a", "nan", "null", "none", "nil", "missing", "?", "-", ".",
    "#n/a", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!",  # of spreadsheets
)  # fmt: skip


def known(cell: str) -> str:
    """A cell without the blanks around it, empty if it says that a value is missing."""
    cell = cell.strip()
    return "" if cell.lower() in MISSING else cell
