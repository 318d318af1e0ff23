"""What figures call things that people named: short, each differently, with no markup in it."""

import html
from collections.abc import Iterable

from aecore.data.names import shortened, told_apart, visible

LONGEST = 40  # characters; more would leave no room for the figure


def literal(text: str) -> str:
    """A text as Plotly, which reads some HTML, shows it as it is, line breaks included."""
    return "<br>".join(html.escape(visible(line), quote=False) for line in text.split("\n"))


def legends(names: Iterable[str]) -> list[str]:
    """Names as a figure shows them beside one another."""
    return [literal(name) for name in told_apart(shortened(name, LONGEST) for name in names)]
