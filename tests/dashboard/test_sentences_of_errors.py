"""Errors as sentences on a page."""

from pathlib import Path

import pytest

from aecore.dashboard.parts.text import sentence_of
from aecore.data.refusal import Refusal


def test_an_error_of_the_system_tells_neither_its_number_nor_a_folder(tmp_path):
    with pytest.raises(OSError) as problem:
        Path(tmp_path / "status.json").read_text()
    assert sentence_of(problem.value) == "No such file or directory \\(status.json\\)."
    assert sentence_of(OSError(28, "No space left on device")) == "No space left on device."
    assert sentence_of(OSError("the network is gone")) == "the network is gone"


def test_what_strangers_wrote_is_escaped_in_a_refusal():
    assert sentence_of(Refusal("**Not** {}.", "*this*")) == "**Not** \\*this\\*."
