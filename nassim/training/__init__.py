"""Real training of architectures, in torch: networks, images, recipes, collections. Nothing else imports torch."""

from importlib.util import find_spec

from nassim.core.errors import NassimError


def need_torch() -> None:
    """Raise NassimError with what to install, unless torch is there; call it before importing from this package."""
    if find_spec("torch") is None:
        raise NassimError("real training needs torch, which is not installed: pip install 'nassim[train]'")
