"""Where a stretch of a series of the user's own comes from: a file."""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.text import escaped
from aecore.dashboard.parts.uploads import kept, kept_row, one_of, round_of, uploader
from aecore.dashboard.services import reader
from aecore.dashboard.session import remembered
from aecore.data.limits import MB
from aecore.data.names import visible
from aecore.data.series.series import Series
from aecore.data.series.stretch import Stretch, read_stretch
from aecore.runs.run import Run

MOST_BYTES = 50 * MB
UPLOADS = "own.stretch"


def given_stretch(run: Run, series: Series) -> tuple[tuple[str, bytes], Stretch] | None:
    """The file that the visitor gave and what was read of it; None if there is none yet."""
    uploader(
        UPLOADS,
        f"{run.key}.stretch.uploader.{round_of(UPLOADS)}",
        f"A stretch: CSV, Parquet or WAV of at most {MOST_BYTES // MB} MB",
        MOST_BYTES,
        type=["csv", "tsv", "txt", "parquet", "wav"],
        max_upload_size=MOST_BYTES // MB,
        accept_multiple_files=True,
    )
    kept_row(UPLOADS, f"{run.key}.stretch.remove", "file")
    files = kept(UPLOADS)
    if not files:
        names = ", ".join(visible(name) for name in series.channels)
        st.info(
            f"Upload a stretch with the channels {escaped(names)}, at least {series.length:,} "
            "steps long. It is cut into windows as in training.",
            icon=icons.DATA,
        )
        return None
    file = one_of(files, f"{run.key}.stretch")
    with st.spinner("Reading…"):
        stretch: Stretch = remembered(
            "given.stretch",
            (run.path, file),
            lambda: read_stretch(*file, series, reader()),
        )
    return file, stretch
