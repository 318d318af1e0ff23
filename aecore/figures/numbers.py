"""Numbers as figures and pages write them."""

import math

SHORT = 1e-6, 1e12  # numbers between are written out


def significant(value: float, digits: int = 3) -> str:
    """A number with so many significant digits: 7.4512 → '7.45', 391.9 → '392', 1140 → '1,140'.

    One that would be a long row of digits is written as 3.64e+23.
    """
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    if not SHORT[0] <= abs(value) < SHORT[1]:
        return f"{value:.{digits - 1}e}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    rounded = round(value, decimals)  # 9.996 has one digit more than it seems to
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
    return f"{rounded:,.{decimals}f}"


def proportion(ratio: float) -> str:
    """A ratio of sizes as people say it: 391.9 → '392 : 1', 0.5 → '1 : 2'."""
    larger = significant(max(ratio, 1 / ratio))
    larger = larger.rstrip("0").rstrip(".") if "." in larger else larger
    return f"{larger} : 1" if ratio >= 1 else f"1 : {larger}"


def portion(share: float) -> str:
    """A share in percent, and beyond the whole as a multiple: 0.12 → '12%', 11.4 → '11 times'."""
    return f"{share:.0%}" if share < 1.005 else f"{significant(share, 2)} times"
