"""Data sets of one's own, of random images."""

import numpy as np

from aecore.data.collection import collecting
from aecore.data.series.making import make_series, measure_series
from aecore.data.tables.making import Plan, make_table
from aecore.data.tables.uploads import look_at


def collect(count: int = 30, title: str = "Screws", folders=("",), levels=None) -> str:
    pixels = np.random.default_rng(0).integers(0, 256, (count, 28, 28, 3), np.uint8)
    with collecting(title, 28, 3, ink=False) as collection:
        for i, image in enumerate(pixels):
            collection.add(f"{folders[i % len(folders)]}/{i}.png", image)
        return collection.finish(levels)


def a_table(rows: int = 120) -> bytes:
    """CSV with numbers, categories, dates, holes, an identifier and a label."""
    rng = np.random.default_rng(0)
    lines = ["id;Größe;weight;town;day;state"]
    for i, x in enumerate(rng.normal(size=rows)):
        weight = "" if i % 10 == 3 else f"{2 * x:.3f}".replace(".", ",")
        cells = [f"p-{i}", f"{x:.3f}".replace(".", ","), weight, "Köln" if x > 0 else "Bonn",
                 f"2024-01-{i % 28 + 1:02d}", "bad" if i % 9 == 0 else "ok"]  # fmt: skip
        lines.append(";".join(cells))
    return "\n".join(lines).encode()


def a_series(steps: int = 1200, gaps: tuple[tuple[int, int], ...] = ()) -> bytes:
    """CSV of hourly measurements of a daily course, without those between the ends of gaps."""
    lines = ["time,load,heat,state"]
    for i in range(steps):
        if not any(first <= i < last for first, last in gaps):
            time = np.datetime64("2024-01-01T00:00") + np.timedelta64(i, "h")
            day = 2 * np.pi * i / 24
            state = "odd" if i > 0.95 * steps else "ok"
            lines.append(f"{time},{np.sin(day):.4f},{20 + np.cos(day):.4f},{state}")
    return "\n".join(lines).encode()


def tabulate(title: str = "People", rows: int = 120, content: bytes = b"") -> str:
    """The key of a set made of `a_table`, or of a CSV like it."""
    content = content or a_table(rows)
    seen = look_at("t.csv", content)
    columns = tuple(enumerate(seen.columns))
    return make_table("t.csv", content, Plan(title, seen.dialect, columns, "state", "ok")).key


def record(title: str = "Load", steps: int = 1200, content: bytes = b"") -> str:
    """The key of a set made of `a_series`, or of a CSV like it."""
    content = content or a_series(steps)
    seen = look_at("s.csv", content)
    columns = list(enumerate(seen.columns))
    measured = measure_series("s.csv", content, seen.dialect, columns, "state")
    return make_series(title, measured, *measured.proposed, "state", "ok")


def heartbeats(count: int = 60, steps: int = 24) -> bytes:
    """CSV of short series, one a row, with a label at its end."""
    rng = np.random.default_rng(0)
    lines = [",".join([*(f"t{i}" for i in range(steps)), "state"])]
    for number in range(count):
        beat = np.sin(np.arange(steps) / 4) + 0.1 * rng.normal(size=steps)
        state = "odd" if number % 7 == 6 else "ok"
        lines.append(",".join([*(f"{value:.3f}" for value in beat), state]))
    return "\n".join(lines).encode()
