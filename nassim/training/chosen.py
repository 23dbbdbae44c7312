"""What a user chooses of a recipe and a network: a recorded recipe by its name, a TOML file, or single settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from nassim.core.documents import Table, read_toml
from nassim.core.errors import SettingError, UnknownNameError, suggest
from nassim.core.settings import check_value
from nassim.training.data import Data
from nassim.training.defaults import recipe_for, skeleton_for
from nassim.training.recipe import PUBLISHED, RECIPES, SMALL, Recipe
from nassim.training.skeleton import Skeleton

if TYPE_CHECKING:
    from nassim.core.hints import Hint

NAMED = RECIPES | {"nas-bench-201": PUBLISHED}
PUBLISHED_NETWORK = {"channels": Skeleton.channels, "cells": Skeleton.cells}
NETWORK = PUBLISHED_NETWORK.keys()  # what is chosen of a skeleton; the rest follows from the images


def chosen(data: Data, recipe: str | None, settings: Mapping[str, Any]) -> tuple[Recipe, Skeleton]:
    """Return recipe and skeleton for some data: by default what fits them, changed as is asked for.

    UnknownNameError, DataError or SettingError says in one line what is wrong.

    Args:
        recipe: The name of a recorded one, or a TOML file with settings.
        settings: Fields of `Recipe`, and channels and cells of `Skeleton`; they come last.
    """
    own, skeleton = recipe_for(data), skeleton_for(data)
    if recipe in NAMED:
        own = NAMED[recipe]
        skeleton = replace(skeleton, **(SMALL if recipe in RECIPES else PUBLISHED_NETWORK))
    elif recipe is not None:
        settings = _read(recipe) | dict(settings)
    hints = _hints()
    for name, value in settings.items():
        if name not in hints:
            raise SettingError(f"a recipe has no setting {name!r}{suggest(name, hints)}")
        check_value(name, value, hints[name])
    of_network = {name: value for name, value in settings.items() if name in NETWORK}
    others = {name: value for name, value in settings.items() if name not in NETWORK}
    return replace(own, **others), replace(skeleton, **of_network)


def _read(recipe: str) -> Table:
    """Return the settings in a TOML file."""
    path = Path(recipe)
    if not path.is_file():
        raise UnknownNameError.of("recipe or file", recipe, NAMED)
    return read_toml(path, "expected a TOML file with settings of a recipe")


def _hints() -> dict[str, Hint]:
    """Return the type and range of each setting."""
    of_recipe, of_network = (get_type_hints(kind, include_extras=True) for kind in (Recipe, Skeleton))
    hints = {field.name: of_recipe[field.name] for field in fields(Recipe)}
    return hints | {name: of_network[name] for name in NETWORK}
