"""What a person would have built: cells of each space that no search is needed for, by which searches are judged."""

from __future__ import annotations

from nassim.automl.candidates import Candidates
from nassim.core.arrays import Flags

# Residual cells (He et al., CVPR 2016), the largest first: two convolutions beside a skip.
CELLS = {
    "nb201": (
        "|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|skip_connect~2|",
        "|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|skip_connect~0|none~1|skip_connect~2|",
        "|nor_conv_1x1~0|+|none~0|nor_conv_1x1~1|+|skip_connect~0|none~1|skip_connect~2|",
        "|nor_conv_1x1~0|+|none~0|none~1|+|skip_connect~0|skip_connect~1|none~2|",
    )
}


def baseline(candidates: Candidates, feasible: Flags) -> int | None:
    """Return the place of the largest hand-made network within the limits; None = there is none."""
    space = candidates.space
    for text in CELLS.get(space.name, ()):
        place = int(candidates.place[space.index(space.parse(text)[None])][0])
        if place >= 0 and feasible[place]:
            return place
    return None
