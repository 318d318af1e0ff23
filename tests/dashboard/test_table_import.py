"""The Data page imports a table: what was understood is shown, corrected, and made a set."""

import io
import zipfile

import pandas
import pytest
import streamlit
from made_sets import a_table
from opening import button, open_page, words

from aecore.compute.calls import Calls
from aecore.data.datasets import load, source
from aecore.data.own import own_keys
from aecore.data.splits import DataUnavailable
from aecore.data.tables.catalogue import scikit_csv
from aecore.data.tables.table import Table

SPREAD = pandas.DataFrame({"x": [1.5, 2.5, 4.0] * 20, "y": ["a", "b", None] * 20})


def open_form():
    app = open_page("data")
    return app.segmented_control(key="data.kind").set_value("table").run()


def upload(app, content: bytes, name: str = "people.csv"):
    place = next(u for u in app.file_uploader if u.key.startswith("data.table.file"))
    return place.set_value((name, content, "text/csv")).run()


def name_it(app, name: str = "People"):
    return app.text_input(key="data.table.name").set_value(name).run()


def make(app):
    button(app, "data.table.make").click().run()
    return app.run()  # the harness cannot rerun a fragment


def label(app):
    return next(box for box in app.selectbox if box.label == "Label column")


def normal(app):
    return next(box for box in app.selectbox if box.label == "Normal value")


def table_of(key: str) -> Table:
    made = source(key).table
    assert made is not None
    return made


def columns(app) -> pandas.DataFrame:
    return next(frame.value for frame in app.dataframe if "kind" in frame.value.columns)


@pytest.fixture
def correct(monkeypatch):
    """Has the table of columns edited: name → what to set."""
    edit, changes = streamlit.data_editor, {}

    def edited(frame, **options):
        frame = edit(frame, **options).copy()
        for column, told in changes.items():
            for name, value in told.items():
                frame.loc[frame["column"] == column, name] = value
        return frame

    monkeypatch.setattr(streamlit, "data_editor", edited)
    return changes


def test_what_is_needed_is_told_first():
    app = open_form()
    assert button(app, "data.table.make").disabled and not app.exception
    assert "Still needed: a name and a file." in words(app)
    assert "Still needed: a name." in words(upload(app, a_table()))
    assert not button(name_it(app), "data.table.make").disabled


def test_what_was_understood_is_shown():
    app = upload(open_form(), a_table())
    assert not app.exception and not app.error
    boxes = {box.label: box.value for box in app.selectbox}
    assert (boxes["Delimiter"], boxes["Decimal mark"], boxes["Encoding"]) == (";", ",", "utf-8")
    seen = columns(app).set_index("column")
    assert dict(seen.kind) == {
        "id": "identifier", "Größe": "number", "weight": "number", "town": "category",
        "day": "date", "state": "category",
    }  # fmt: skip
    assert list(seen.learn) == [False, True, True, True, True, True]
    assert seen.missing["weight"] == 0.1 and seen.range["day"] == "2024-01-01 to 2024-01-28"
    assert sum(seen["values"]["Größe"]) == 120 and "Köln" in seen.range["town"]
    assert "120 rows × 6 columns." in words(app)
    first = app.dataframe[0].value
    assert first.town[0] in ("Köln", "Bonn") and len(first) == 20


def test_a_table_becomes_a_set_with_its_label():
    app = name_it(upload(open_form(), a_table()))
    assert normal(app).disabled
    label(app).set_value("state").run()
    normal(app).set_value("ok").run()
    app = make(app)
    (key,) = own_keys()
    made = table_of(key)
    assert source(key).title == "People" and (made.label, made.normal) == ("state", "ok")
    assert [column.name for column in made.learnt] == ["Größe", "weight", "town", "day"]
    told = app.success[0].value
    assert "120 rows of 4 columns; 92 for training, 8 for validation, 20 for testing" in told
    assert [len(part) for part in (load(key).training, load(key).validation, load(key).test)] == [
        92, 8, 20,
    ]  # fmt: skip
    assert "Still needed: a name and a file." not in words(app)  # the name stays
    assert "Still needed: a file." in words(app) and not app.exception
    button(app, "data.table.next.train").click().run()
    assert app.title[0].value.endswith("Undercomplete")
    assert app.selectbox(key="undercomplete.set.dataset").value == key


def test_kinds_are_corrected_and_columns_left_out(correct):
    correct |= {"id": {"kind": "category", "learn": True}, "day": {"learn": False},
                "Größe": {"kind": "constant"}}  # fmt: skip
    app = name_it(upload(open_form(), a_table()))
    assert "so these are not: Größe" in words(app)
    app = make(app)
    assert not app.exception, app.exception
    learnt = {column.name: column.kind for column in table_of(own_keys()[0]).learnt}
    assert learnt == {"id": "category", "weight": "number", "town": "category", "state": "category"}


def test_corrections_outlive_another_page(correct):
    correct |= {"day": {"learn": False}}
    app = upload(open_form(), a_table())
    correct.clear()
    app.switch_page("pages/linear.py").run()
    app.switch_page("pages/data.py").run()
    assert app.segmented_control(key="data.kind").value == "table"
    assert (
        dict(columns(app).set_index("column").learn)["day"] is False
        or not dict(columns(app).set_index("column").learn)["day"]
    )
    assert not app.exception


def test_what_is_said_to_be_a_date_is_read_as_one(correct):
    days = ["unknown" if i % 9 == 0 else f"{i % 28 + 1}.02.2024" for i in range(60)]
    rows = "".join(f"{i % 7}.5,{day}\n" for i, day in enumerate(days))
    app = upload(open_form(), f"n,day\n{rows}".encode())
    assert columns(app).set_index("column").kind["day"] == "category"
    correct |= {"day": {"kind": "date", "learn": True}}
    app = make(name_it(app))
    _, day = table_of(own_keys()[0]).learnt
    assert (day.kind, day.missing, day.low) == ("date", 7, 1706745600.0) and not app.exception


def written(app, label: str):
    """The field of this label, for how the file is written."""
    return next(box for box in app.number_input if box.label == label)


def test_how_it_is_written_can_be_corrected():
    app = upload(open_form(), b"a,b\n" + b"1,5\n2,7\n" * 20)
    assert list(columns(app)["column"]) == ["a", "b"]
    next(box for box in app.selectbox if box.label == "Delimiter").set_value(";").run()
    assert list(columns(app)["column"]) == ["a,b"]
    written(app, "Header rows").set_value(0).run()
    assert list(columns(app)["column"]) == ["column 1"] and not app.exception


def test_lines_above_the_values_are_shown_and_can_be_corrected():
    content = "Logger 7\n\nx,y\nm,s\n" + "1.5,2.25\n2.5,3.25\n" * 30
    app = upload(open_form(), content.encode())
    above, header = written(app, "Skip lines"), written(app, "Header rows")
    assert (above.value, header.value) == (2, 2) and [*columns(app)["column"]] == ["x", "y"]
    assert any("60 rows × 2 columns" in each.value for each in app.caption)
    above.set_value(3).run()
    assert [*columns(app)["column"]] == ["m", "s"] and written(app, "Header rows").value == 1
    assert any("60 rows × 2 columns" in each.value for each in app.caption)


def test_a_parquet_file_needs_no_telling_how_it_is_written():
    file = io.BytesIO()
    SPREAD.to_parquet(file)
    app = upload(open_form(), file.getvalue(), "t.parquet")
    assert not app.exception and not [b for b in app.selectbox if b.label == "Delimiter"]
    make(name_it(app))
    assert source(own_keys()[0]).credit == "60 rows of your own"


def test_another_file_replaces_the_first_and_can_be_removed():
    app = open_form()
    listed = len(app.dataframe)  # tables among the data sets below
    upload(app, a_table())
    upload(app, b"p,q\n" + b"1.5,2\n2.5,4\n" * 20)
    assert list(columns(app)["column"]) == ["p", "q"]
    button(app, "data.table.remove").click().run()
    assert len(app.dataframe) == listed
    assert "Still needed: a name and a file." in words(app)


def test_what_cannot_be_used_is_told_with_row_and_column_and_escaped():
    lines = ["*x*,y", *(f"{i}.5,{i}.25" for i in range(100)), "[a](b),1.5", "7,a,surplus"]
    app = make(name_it(upload(open_form(), "\n".join(lines).encode())))
    assert own_keys() and not app.exception
    told = app.warning[0].value
    assert r"row 101\: '\[a\]\(b\)'" in told and r"\*x\*" in told
    assert "line 103 has 3 cells instead of 2" in told


def test_a_table_that_cannot_be_made_keeps_the_form():
    app = make(name_it(upload(open_form(), b"a,b\n1.5,2\n2.5,3\n")))
    assert "at least 20 rows; the table has 2" in app.error[0].value and not app.exception
    assert own_keys() == [] and list(columns(app)["column"]) == ["a", "b"]
    button(app, "data.table.close").click().run()
    assert not app.run().error


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("t.csv", "a,b\n1,2\n")
    return file.getvalue()


HOSTILE = {
    "NUL bytes": (b"a,b\n\0\0,1\n", "NUL"),
    "one long line": (b"a" * 30_000_000, "first line is longer"),
    "too many columns": (b",".join([b"a"] * 10_000_000) + b"\n", "column|line is longer"),
    "a quote without an end": (b'a,b\n1,"2\n' + b"x,y\n" * 100_000, ""),
    "a ZIP called .csv": (zipped(), "a ZIP file"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_files_end_in_a_sentence(what):
    content, reason = HOSTILE[what]
    app = upload(open_form(), content)
    assert not app.exception
    if app.error:
        assert any(part in app.error[0].value for part in reason.split("|"))
        assert button(app, "data.table.make").disabled
    else:  # it looks like a table so far
        app = make(name_it(app))
        assert not app.exception and own_keys() == []
        assert "cannot be read" in app.error[0].value or "at least" in app.error[0].value


def test_names_from_strangers_are_shown_as_they_are():
    header = "![p](//e.x)**x**,:red[q]\u202e"
    app = upload(open_form(), (header + "\n" + "1.5,a\n2.5,b\n" * 30).encode())
    assert "\u202e" not in "".join(columns(app)["column"])
    assert not app.exception


def ratings() -> bytes:
    """A long list: forty users who rate twelve films, some of them not at all."""
    rows = [
        f"{u},film {i},{(3 * u + i) % 5 + 1}" for u in range(40) for i in range(12) if (u + i) % 3
    ]
    return "\n".join(["user_id,movie,rating", *rows]).encode()


def test_a_long_list_is_found_and_turned_wide():
    app = upload(open_form(), ratings(), "ratings.csv")
    toggle = next(toggle for toggle in app.toggle if toggle.label.startswith("Long format"))
    assert toggle.value is True and not app.exception
    boxes = {box.label: box.value for box in app.selectbox}
    told = [boxes[label] for label in ("Becomes rows", "Becomes columns", "Becomes cells")]
    assert told == ["user_id", "movie", "rating"] and "Label column" not in boxes
    make(name_it(app, "Films"))
    (key,) = own_keys()
    assert "40 rows of 12 columns" in app.success[0].value
    assert {column.name for column in table_of(key).learnt} == {f"film {i}" for i in range(12)}


def test_a_list_that_is_not_wanted_wide_stays_long():
    app = upload(open_form(), ratings(), "ratings.csv")
    next(toggle for toggle in app.toggle if toggle.label.startswith("Long format")).set_value(
        False
    ).run()
    assert label(app).value == "" and not app.exception
    app = upload(open_form(), a_table())  # is none
    assert not next(toggle for toggle in app.toggle if toggle.label.startswith("Long")).value


def test_tables_that_others_keep_take_the_place_of_an_upload(monkeypatch):
    asked = []

    def fetch(self, what):
        asked.append(what)
        if what == 7:
            raise DataUnavailable("The table {} of openml.org could not be fetched.", what)
        return f"{what}.csv", scikit_csv("iris")

    monkeypatch.setattr(Calls, "fetch", fetch)
    app = open_form()
    app.selectbox(key="data.table.scikit").set_value("iris").run()
    button(app, "data.table.scikit.use").click().run()
    app.run()
    assert list(columns(app)["column"])[-1] == "class" and not app.exception
    app.number_input(key="data.table.openml").set_value(7).run()
    button(app, "data.table.openml.use").click().run()
    assert "7 of openml.org could not be fetched" in app.error[0].value
    assert asked == ["iris", 7] and list(columns(app)["column"])[-1] == "class"
