"""Panel: the user's own data, as the kind of the model's data has it."""

from collections.abc import Callable

from aecore.analysis.report import Report
from aecore.dashboard.model.own.panel import own_images
from aecore.dashboard.model.own.rows import own_rows_panel
from aecore.dashboard.model.own.stretch import own_stretch_panel
from aecore.data.kinds import kind_of
from aecore.runs.run import Run

PANELS: dict[str, Callable[[Run, Report], None]] = {
    "image": own_images,
    "table": own_rows_panel,
    "series": own_stretch_panel,
}


def own_data(run: Run, report: Report) -> None:
    """The panel of the kind."""
    PANELS[kind_of(run.shape).key](run, report)
