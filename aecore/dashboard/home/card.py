"""A card on Home: something that people use autoencoders for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A card: its picture as HTML, a line, and the page, view and run that its button opens."""

    title: str
    picture: str
    line: str
    button: str
    page: str
    view: str = ""
    run: str = ""
