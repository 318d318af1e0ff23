"""Where the visitor's own images lie on a run's maps."""

from aecore.compute.answers import Placed
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.services import calls
from aecore.dashboard.session import given_images, remembered
from aecore.runs.run import Run
from aecore.runs.same_model import model_version


def own_places(run: Run, part: str = "") -> tuple[list[str], Placed] | None:
    """Names and places of the images that the panel "Your data" has for this run, if any.

    Args:
        part: whose samples the map shows, as of `Calls.place`.
    """
    if (given := given_images(run)) is None:
        return None
    with sentences():  # without workers there still is the map of the others
        token = (given.names, model_version(run), given.corruption, given.images.tobytes(), part)
        placed = remembered(
            "own.placed",
            token,
            lambda: calls().place(run.path, given.images, given.corruption, None, part),
        )
        return list(given.names), placed
    return None
