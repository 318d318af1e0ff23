"""What is packed for the map of codes is what the browser unpacks."""

import json

import numpy as np

from aecore.dashboard.parts.map import claimed, pack


def test_a_map_is_unpacked_as_it_was_packed():
    places = np.arange(6, dtype=np.float32).reshape(3, 2)
    errors = np.array([0.5, np.nan, 2], np.float32)
    packed = pack({"Plane": places}, errors, np.array([0, 1, 1]), ("<b>a</b>", "b"), "SSE")
    length = int.from_bytes(packed[:4], "little")
    words, rest = json.loads(packed[4 : 4 + length]), packed[4 + length :]
    assert length % 4 == 0 and words["count"] == 3
    assert words["classes"] == ["<b>a</b>", "b"]  # the browser shows it as text
    np.testing.assert_array_equal(np.frombuffer(rest[:24], "<f4"), places.ravel())
    np.testing.assert_array_equal(np.frombuffer(rest[24:36], "<f4"), errors)
    np.testing.assert_array_equal(np.frombuffer(rest[36:], "<u2"), [0, 1, 1])


def test_what_a_browser_claims_to_be_selected_are_whole_numbers(monkeypatch):
    state = {"map": {"selected": [0, 2, 3, -1, "1", 2.5, None, True]}}
    monkeypatch.setattr("streamlit.session_state", state)
    assert claimed("map") == [0, 2, 3] and claimed("other") == []
