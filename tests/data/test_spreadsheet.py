"""No table that leaves the program holds a formula that somebody else wrote."""

import ast
import csv
import io
from pathlib import Path

import numpy as np
import pytest

from aecore.dashboard.model.export.contents import codes_csv
from aecore.dashboard.model.own.panel import scores_csv
from aecore.data.spreadsheet import as_csv, cell
from aecore.exchange.bring_in import Codes

ROOT = Path(__file__).parents[2]
FORMULAS = (
    "=HYPERLINK(0)",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "＝1",
    "-1;=1",
    "=1\n,x",
    "-1*A1",
    "-1/A1",
    "-1 %/A1",
    "-1 m(A1)",
    "-1 m|' /C x'!A1",
    "-A1",
    "-1 m\t=1",
    "-1 m\n=1",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_become_texts(text):
    assert cell(text) == f"'{text}"
    (rows,) = [*csv.reader(io.StringIO(as_csv(("name", text), []), newline=""))]
    assert rows == ["name", f"'{text}"]


@pytest.mark.parametrize("value", ["a=b", "-1", "+2.5e-3", "-inf", "", "漢", 1, -0.5, None])
def test_numbers_and_harmless_texts_stay_as_they_are(value):
    assert cell(value) == value


@pytest.mark.parametrize(
    "text",
    [
        "-5,3",
        "-1,234.5",
        "-1.234,5",
        "-1\u202f234,5",
        "-1'234",
        "+1,5E-3",
        "-12 %",
        "-",
        "-3.5 °C",
        "-3,5\u00a0°C",
        "-5 m/s",
        "-5m2",
        "-1.5 µg/m³",
        "-$1,234.50",
        "-5 €",
        "+7 months",
        "-5 % vol",
    ],
)
def test_numbers_are_no_formulas_however_they_are_written(text):
    assert cell(text) == text


@pytest.mark.parametrize("part", [" ", "\t", " 1"])
def test_long_texts_are_told_from_numbers_in_one_pass(part):
    text = f"-1{part * 10**6}!"
    assert cell(text) == f"'{text}"


def test_names_of_files_and_classes_are_no_formulas():
    assert "\n'=1+1," in scores_csv(("=1+1",), np.array([0.5]), np.array([1.0]))
    codes = Codes(np.zeros((1, 2)), np.zeros(1), np.zeros(1, int))
    (row,) = [*csv.DictReader(codes_csv(codes, ("=1+1",)).decode().splitlines())]
    assert row["class"] == "'=1+1"


def test_nothing_else_writes_csv():
    """Another writer would have to know of formulas, too."""
    for path in (ROOT / "aecore").rglob("*.py"):
        if path.name in ("spreadsheet.py", "catalogue.py"):  # the latter's is read here alone
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "csv":
                assert node.attr not in ("writer", "DictWriter"), path
            assert not isinstance(node, ast.Attribute) or node.attr != "to_csv", path
