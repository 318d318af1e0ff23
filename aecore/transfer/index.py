"""The nearest codes among very many, by one product of matrices."""

from dataclasses import dataclass

import numpy as np

SPARE = 32  # candidates beyond those that are asked for, of which rounding may change the order
TWICE = 8  # candidates for each asked for, where windows that overlap are passed over


@dataclass(frozen=True)
class Index:
    """Codes to search among: codes (n, k), float32, squares (n,) of their norms.

    starts (n,): the steps at which windows of a series begin; else empty. length: of a window.
    """

    codes: np.ndarray
    squares: np.ndarray
    starts: np.ndarray
    length: int = 0

    @classmethod
    def of(cls, codes: np.ndarray, starts: np.ndarray | None = None, length: int = 0) -> "Index":
        """An index of codes (n, k)."""
        codes = np.ascontiguousarray(codes, np.float32)
        starts = np.zeros(0, np.int64) if starts is None else starts
        return cls(codes, np.einsum("nk,nk->n", codes, codes), starts, length)

    def nearest(self, code: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The places of the nearest codes and their Euclidean distances, the nearest first.

        Of windows that overlap only the nearest is given, so that there may be fewer.

        Args:
            code: (k,). count: how many, at most.
        """
        code = np.asarray(code, np.float32)
        distances = self.squares - 2 * (self.codes @ code)  # squared, less a constant
        wanted = count * TWICE if len(self.starts) else count
        found = _smallest(distances, min(wanted + SPARE, len(distances)))
        exact = np.linalg.norm(self.codes[found].astype(np.float64) - code, axis=1)
        order = np.argsort(exact, kind="stable")
        places, exact = found[order], exact[order]
        if len(self.starts):
            kept = self._apart(places, count)
            places, exact = places[kept], exact[kept]
        return places[:count], exact[:count]

    def _apart(self, places: np.ndarray, count: int) -> list[int]:
        """Which of some places, the nearest first, are windows that no nearer one overlaps."""
        kept: list[int] = []
        for at, start in enumerate(self.starts[places]):
            if all(abs(start - self.starts[places[other]]) >= self.length for other in kept):
                kept.append(at)
            if len(kept) == count:
                break
        return kept


def _smallest(values: np.ndarray, count: int) -> np.ndarray:
    """The places of the smallest values, in ascending order of place."""
    if count >= len(values):
        return np.arange(len(values))
    return np.sort(np.argpartition(values, count)[:count])
