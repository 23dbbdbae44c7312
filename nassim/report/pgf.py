r"""Figures as PGF, for \input into a LaTeX document, whose fonts they take; LaTeX is not needed to make them."""

from __future__ import annotations

import io
from typing import Any, Literal

import numpy as np
from matplotlib import rc_context
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_pgf import RendererPgf
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D, Transform
from numpy.typing import ArrayLike

from nassim.report.plain_text import tex

POINTS = 72  # per inch

MathText = bool | Literal["TeX"]


class SelfContained(RendererPgf):
    """Matplotlib's own, but that it measures text without running LaTeX, and draws pictures as rectangles."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: MathText
    ) -> tuple[float, float, float]:
        """Return the size of a text in pixels."""
        size = text_to_path.get_text_width_height_descent(s, prop, ismath)
        width, height, descent = (float(part) * self.dpi / POINTS for part in size)
        return width, height, descent

    def draw_text(self, gc: GraphicsContextBase, x: float, y: float, s: str, *rest: Any, **more: Any) -> None:
        """Draw a text letter by letter: nothing in it is a command of LaTeX."""
        super().draw_text(gc, x, y, tex(s), *rest, **more)  # type: ignore[no-untyped-call]

    def option_scale_image(self) -> bool:
        """Return that pictures come as they are, with a transformation, and not in the resolution of the page."""
        return True

    def draw_image(
        self,
        gc: GraphicsContextBase,  # noqa: ARG002 - as matplotlib calls it
        x: float,
        y: float,
        im: ArrayLike,
        transform: Transform | None = None,
    ) -> None:
        """Draw every pixel (height, width, 4) as a rectangle: pictures are heat maps of few cells."""
        pixels = np.asarray(im)
        height, width = pixels.shape[:2]
        size = Affine2D().scale(1 / width, 1 / height)
        move = size + (transform or Affine2D().scale(width, height)) + Affine2D().translate(x, y).scale(1 / self.dpi)
        corners = move.transform(np.indices((width + 1, height + 1)).reshape(2, -1).T).reshape(width + 1, height + 1, 2)
        for row, column in np.ndindex(height, width):
            low, high = corners[column, row], corners[column + 1, row + 1]
            red, green, blue, alpha = pixels[row, column].tolist()
            if alpha:
                self.fh.write(f"\\definecolor{{pixel}}{{RGB}}{{{red},{green},{blue}}}\\pgfsetfillcolor{{pixel}}")
                self.fh.write(f"\\pgfpathrectangle{{{_point(*low)}}}{{{_point(*(high - low))}}}\\pgfusepath{{fill}}\n")


def _point(x: float, y: float) -> str:
    return f"\\pgfqpoint{{{x:.4f}in}}{{{y:.4f}in}}"


def pgf(figure: Figure) -> str:
    r"""Return the figure as a pgfpicture; the document needs \usepackage{pgf}."""
    text = io.StringIO()
    width, height = (float(side) for side in figure.get_size_inches())
    text.write("% needs \\usepackage{pgf}\n\\begingroup\\makeatletter\\def\\mathdefault#1{#1}\n\\begin{pgfpicture}\n")
    text.write(f"\\pgfpathrectangle{{\\pgfpointorigin}}{{\\pgfqpoint{{{width:f}in}}{{{height:f}in}}}}\n")
    text.write("\\pgfusepath{use as bounding box, clip}\n")
    with rc_context({"pgf.rcfonts": False}):
        figure.draw(SelfContained(figure, text))  # type: ignore[no-untyped-call]
    text.write("\\end{pgfpicture}\n\\makeatother\\endgroup\n")
    return text.getvalue()
