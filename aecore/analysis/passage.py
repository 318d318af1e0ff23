"""One image on its way through several models: what they make of it, and the code of one."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from aecore.analysis.report import Report


@dataclass(frozen=True)
class Passage:
    """An image through models, by their keys.

    clean (h, w, c): the image. outputs: its reconstructions, (h, w, c) each; inputs: what a model
    was given instead, if it was corrupted first. errors: squared error summed over the pixels.
    code (latent_size,): of one model. Images are 8-bit or in [0, 1].
    """

    clean: np.ndarray
    inputs: dict[str, np.ndarray]
    outputs: dict[str, np.ndarray]
    errors: dict[str, float]
    code: np.ndarray


def reported_passage(reports: Mapping[str, Report], digit: int, coded: str) -> Passage:
    """The passage of the first test image of a class, as the models' reports have it.

    Args:
        reports: of models measured on the same data.
        coded: the key of the model whose code comes along. The map in its report gives it, exactly
            if the code has no more numbers than the map has axes.
    """
    any_report = reports[coded]
    place = any_report.firsts[digit]
    clean = any_report.clean[place]
    inputs, outputs, errors = {}, {}, {}
    for key, report in reports.items():
        if len(report.inputs):
            inputs[key] = report.inputs[report.firsts[digit]]
        outputs[key] = report.outputs[report.firsts[digit]]
        errors[key] = float(report.errors[report.shown[report.firsts[digit]]]) * clean.size
    (at,) = np.flatnonzero(any_report.mapped == any_report.shown[place])
    code = any_report.latent.lift(any_report.latent.places[at : at + 1])[0]
    return Passage(clean, inputs, outputs, errors, code)


def largest_number(report: Report) -> float:
    """The largest magnitude in the codes of the images on a report's map."""
    return float(np.abs(report.latent.lift(report.latent.places)).max())
