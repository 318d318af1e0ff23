"""Names in any script: kept as typed, shown so that nothing is hidden, told apart."""

import pytest

from aecore.data.names import LONGEST, file_stem, is_blank, shortened, storable, told_apart, visible

PERSIAN, HINDI, FAMILY = "می‌خواهم", "क्‍ष", "\U0001f468\u200d\U0001f469\u200d\U0001f467"
SCRIPTS = (
    "Цветы", "花", "日本　花", "زهور", "דגים", "नमस्ते", "ΑΒΓ", "ไทย", "한국어", "Größe", "e\u0301",
    PERSIAN, HINDI, FAMILY, "1\ufe0f\u20e3", "葛\U000e0100", "?!", "…", "a.b-c_d (e) [f] {g} #h $i",
)  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS, ids=ascii)
def test_what_people_write_is_kept_and_shown_as_it_is(name):
    assert storable(name) == visible(name) == name
    assert not is_blank(name) and told_apart([name]) == [name]


@pytest.mark.parametrize(
    "name, shown",
    [
        ("a\u200bb", "a‹U+200B›b"),  # without width
        ("a\u202egnp.exe", "a‹U+202E›gnp.exe"),  # turns round what follows
        ("\u200fדגים", "‹U+200F›דגים"),
        ("a\u200db", "a‹U+200D›b"),  # joins nothing in Latin letters
        ("花\u200d", "花‹U+200D›"),
        ("\ufe0fa", "‹U+FE0F›a"),
        ("a\nb\x00", "a‹U+000A›b‹U+0000›"),
        ("\u3164", "‹U+3164›"),  # a letter that is drawn as nothing
        ("a\U000e0041", "a‹U+E0041›"),
        ("\ud800", "‹U+D800›"),
        ("  ", "‹U+0020›‹U+0020›"),
        ("", ""),
    ],
    ids=ascii,
)
def test_what_nobody_would_see_is_shown_by_its_number(name, shown):
    assert visible(name) == shown == visible(shown)


def test_what_no_file_can_hold_is_kept_by_its_number():
    assert storable("a\nb\x1b\u2028\udcff") == "a‹U+000A›b‹U+001B›‹U+2028›‹U+DCFF›"
    assert storable("a\u202eb\u200b") == "a\u202eb\u200b"


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "\u3000\u2800", "\u202e\u202c", "\ufe0f"])
def test_a_name_of_nothing_is_blank(name):
    assert is_blank(name)


def test_names_that_look_alike_are_numbered_and_others_are_left():
    names = [
        "é",
        "e\u0301",
        "a",
        "A",
        "a\u200b",
        "a b",
        "a  b",
        "a\u00a0b",
        "é (2)",
        "花",
        "花\ufe00",
    ]
    assert told_apart(names) == [
        "é", "e\u0301 (2)", "a", "A", "a\u200b", "a b", "a  b (2)", "a\u00a0b (3)",
        "é (2) (2)", "花", "花\ufe00 (2)",
    ]  # fmt: skip


def test_long_names_are_cut_where_they_differ_least():
    assert shortened("x" * LONGEST, LONGEST) == "x" * LONGEST
    short = shortened("Screws of the left shelf, upper row, 1.png", 24)
    assert short == "Screws of the l…w, 1.png" and len(short) == 24


@pytest.mark.parametrize(
    "name, stem",
    [
        ("../../etc/passwd", "etc_passwd"),
        ("C:\\windows\\x", "C_windows_x"),
        ('a<b>|"c"?*:d', "a_b_c_d"),
        ("नमस्ते", "नमस्ते"),
        (FAMILY, FAMILY),
        ("a\u200b\u202eb\nc", "a_b_c"),
        ("...", ""),
        ("CON", "_CON"),
        ("nul.tar", "_nul.tar"),
        ("console", "console"),
        ("\udcffx", "x"),
    ],
    ids=ascii,
)
def test_a_name_becomes_that_of_a_file(name, stem):
    assert file_stem(name, 200) == stem


@pytest.mark.parametrize("name", ["x", "я", "漢", "\U0001f600", "e\u0301"], ids=ascii)
def test_a_files_name_counts_bytes_and_no_character_is_halved(name):
    stem = file_stem(name * 300, 200)
    assert 190 < len(stem.encode()) <= 200
    assert set(stem) <= set(name) and stem[0] == name[0]
