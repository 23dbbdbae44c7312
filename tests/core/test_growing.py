"""Arrays that grow: what is there stays, room is made when it is used up."""

from __future__ import annotations

import numpy as np

from nassim.core.growing import FIRST, grown, with_room


def test_room_is_made_only_when_it_is_used_up():
    """An array with a free place is returned as it is; a full one has at least as many places more."""
    values = np.arange(6, dtype=np.int8).reshape(2, 3)
    assert with_room(values, 2) is values
    roomy = with_room(values, 3, fill=-1)
    assert roomy.shape == (2, 3 + FIRST)
    assert roomy.dtype == np.int8
    assert (roomy[:, :3] == values).all()
    assert (roomy[:, 3:] == -1).all()
    assert with_room(np.zeros((200, 2)), 200, axis=0).shape == (400, 2)


def test_an_array_grows_along_any_axis():
    """So many entries more, of any shape."""
    assert grown(np.ones((2, 3, 4)), 5).shape == (2, 8, 4)
    assert grown(np.ones((2, 0)), 1, np.nan, axis=0).shape == (3, 0)
