"""Thousands of damaged files: each is data or a refusal, and no process but its reader ends.

`python -m benchmarks.fuzzing` goes on with other seeds for as long as one likes.
"""

from random import Random

import pytest
from mutating import any_image, any_keras, any_run, images, keras_file, run_file

from aecore.data.images.preparation import usual
from aecore.data.images.uploads import read_uploads
from aecore.data.reading import launching
from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.reader import PlainModel
from aecore.exchange.opening import open_file
from aecore.exchange.plain_run import PlainRun


@pytest.fixture(autouse=True)
def template_survives():
    """The process that others' readers come from stays the same."""
    open_quietly(b"x")
    before = launching._keeper.process.pid
    yield
    assert launching._keeper.process.poll() is None
    assert launching._keeper.process.pid == before


def open_quietly(content: bytes) -> PlainModel | PlainRun | FileRefused:
    try:
        return open_file(content)
    except FileRefused as refusal:
        return refusal


@pytest.mark.parametrize("seed", range(12))
def test_damaged_images_are_images_or_refused(seed):
    chance, base = Random(seed), images()
    made = [any_image(chance, base) for _ in range(180)]
    files = [(f"{i}.{kind}", content) for i, (kind, content) in enumerate(made)]
    intake = read_uploads(files, (16, 16, 3), usual(False))
    found = {name.split("/")[0] for name in intake.names}
    found |= {refusal.name.split("/")[0] for refusal in intake.refusals}
    assert len(found) >= 150 and not {"all further files"} & found  # of some ZIPs nothing is left
    assert len(intake.images) > 20 and len(intake.refusals) > 20


@pytest.mark.parametrize("seed", range(6))
def test_damaged_models_are_plain_data_or_refused(seed):
    chance, members = Random(seed), keras_file()
    outcomes = [open_quietly(any_keras(chance, members)) for _ in range(60)]
    assert {type(outcome) for outcome in outcomes} == {PlainModel, FileRefused}


@pytest.mark.parametrize("seed", range(5))
def test_damaged_runs_are_plain_data_or_refused(seed):
    chance, content = Random(seed), run_file()
    outcomes = [open_quietly(any_run(chance, content)) for _ in range(40)]
    assert {type(outcome) for outcome in outcomes} == {PlainRun, FileRefused}
