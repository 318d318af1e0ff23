"""Samples that other views can find."""

import re

import numpy as np
import pytest

from aecore.data.datasets import load, source
from aecore.figures.linked import linked
from aecore.figures.samples import drawing_of


@pytest.mark.parametrize("key", ["digits", "penguins", "seattle_weather"])
def test_each_sample_of_a_drawing_has_its_number(key):
    known, samples = source(key), load(key).test.images[:3]
    names = ["a", "b", "c"]
    parts = range(len(known.parts))[:2]
    drawn = drawing_of(known).brief(known, samples, np.nan_to_num(samples), None, names, names,
                                    parts)  # fmt: skip
    found = re.findall(r'data-sample="(\d+)"', linked(drawn, [40, 7, 900]))
    assert list(dict.fromkeys(found)) == ["40", "7", "900"]
    assert re.sub(r' data-sample="\d+"', "", linked(drawn, [40, 7, 900])) == drawn
    marked = linked(drawn, [40, 7, 900], (7,))
    assert re.findall(r'data-sample="(\d+)" data-chosen', marked)[0] == "7"
    assert '"40" data-chosen' not in marked
