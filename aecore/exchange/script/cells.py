"""Cells of text and code, as a Python script in the style of Keras' examples, and as a notebook."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """Markdown that tells what the code below it does; either may be empty."""

    text: str
    code: str = ""


def as_python(cells: Sequence[Cell]) -> str:
    """A script; the texts become strings, the first one its docstring."""
    parts: list[str] = []
    for cell in cells:
        if cell.text:
            parts.append(f'"""\n{cell.text}\n"""')
        if cell.code:
            parts.append(cell.code.strip("\n"))
    text = parts[0]
    for before, part in itertools.pairwise(parts):
        text += ("\n\n\n" if _defines(before, -1) or _defines(part, 0) else "\n\n") + part
    return text + "\n"


def _defines(part: str, end: int) -> bool:
    """Whether a part begins (0) or ends (-1) with a class or function, which needs more room."""
    blocks = part.split("\n\n\n")
    return blocks[end].startswith(("class ", "def ", "@"))


def as_notebook(cells: Sequence[Cell]) -> str:
    """A Jupyter notebook, format 4.5, without outputs."""
    found = []
    for cell in cells:
        if cell.text:
            found.append({"cell_type": "markdown", "metadata": {}, "source": cell.text})
        if cell.code:
            code = {"metadata": {}, "execution_count": None, "outputs": []}
            found.append({"cell_type": "code", **code, "source": cell.code.strip("\n")})
    for number, cell in enumerate(found):
        cell["id"] = f"cell-{number}"
        cell["source"] = cell["source"].splitlines(keepends=True)
    notebook = {
        "cells": found,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
