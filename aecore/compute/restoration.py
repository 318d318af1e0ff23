"""Restoration of a large image, tile by tile, in the background."""

import threading
import time
from pathlib import Path

import numpy as np

from aecore.analysis.reconstruction import picture_psnr
from aecore.analysis.tiling import OVERLAP, Tiling, joined, planes, rebuild_in_tiles
from aecore.compute.calls import Calls
from aecore.data.arrays import to_bytes
from aecore.data.refusal import Refusal


class Restoration:
    """The restoration of an image by a model, in a thread of this process.

    The worker reconstructs the tiles in short calls, so that other calls can run in between.

    Attributes:
        image: (height, width, channels), 8-bit.
        restored: its restoration, once the state is "finished".
        state: "working", "finished", "stopped" or "failed"; `message` says why it failed.
        done, total: numbers of tiles.
        seconds: the duration, once it has ended.
    """

    def __init__(
        self,
        calls: Calls,
        model: Path,
        shape: tuple[int, ...],
        image: np.ndarray,
        overlap: float = OVERLAP,
    ):
        self.image = image
        self.restored: np.ndarray | None = None
        self.state, self.message = "working", ""
        self._calls, self._model = calls, model
        self._channels, self._tiling = shape[-1], Tiling(image.shape[:2], shape, overlap)
        self.done, self.total = 0, len(self._tiling) * len(planes(image, shape[-1]))
        self._wanted = True
        self._began = time.monotonic()
        self.seconds = 0.0
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Waits for the end, at most so many seconds."""
        self._thread.join(seconds)

    @property
    def stride(self) -> tuple[int, int]:
        """Pixels from one tile to the next, down and across."""
        down, across = self._tiling.strides
        return down, across

    @property
    def seconds_left(self) -> float | None:
        """Estimated from the tiles so far; None before the first."""
        if not self.done:
            return None
        return (time.monotonic() - self._began) * (self.total - self.done) / self.done

    @property
    def psnr(self) -> float:
        """PSNR of the restored image relative to the given one, in dB."""
        assert self.restored is not None, "asked before the end"
        return picture_psnr(self.image, self.restored)

    def stop(self) -> None:
        """Stops after the current call."""
        self._wanted = False

    def _work(self) -> None:
        try:
            parts = [
                to_bytes(rebuild_in_tiles(self._rebuild, plane, self._tiling, self._watch))
                for plane in planes(self.image, self._channels)
            ]
            self.restored = joined(parts, self.image.shape[-1])
            self.state = "finished"
        except _Stopped:
            self.state = "stopped"
        except (Refusal, MemoryError) as problem:
            self.message = str(problem) or "There is not enough memory for an image of this size."
            self.state = "failed"
        self.seconds = time.monotonic() - self._began

    def _rebuild(self, tiles: np.ndarray) -> np.ndarray:
        return self._calls.rebuild(self._model, tiles).outputs

    def _watch(self, tiles: int) -> None:
        self.done += tiles
        if not self._wanted:
            raise _Stopped


class _Stopped(Exception):
    """A stop was requested."""
