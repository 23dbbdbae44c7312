"""Members, keywords and names that are called otherwise now: the old ones work, with a warning that names the new.

The old names go with the next minor version but one.
"""

from __future__ import annotations

from abc import ABCMeta
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from importlib import import_module
from inspect import signature
from typing import Any, ParamSpec, TypeVar
from warnings import warn

from nassim.old_names import OldNameWarning

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")
Owner = TypeVar("Owner")


class Renamed:
    """An attribute by its old name: it stands for the new one, which a subclass may have under either name."""

    def __init__(self, new: str, **keywords: str) -> None:
        self.new, self._keywords = new, keywords  # of a method, old name = new name

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner, self._old = owner, name

    def __get__(self, instance: Any, kind: type) -> Any:
        """Return the member by its new name."""
        _warn(f"{self._owner.__name__}.{self._old}", self.new)
        found = self._found(instance, kind)
        return renamed_keywords(**self._keywords)(found) if self._keywords else found

    def _found(self, instance: Any, kind: type) -> Any:
        if instance is None:
            return getattr(kind, self.new)
        if any(self._old in vars(one) for one in kind.__mro__ if one is not self._owner):
            own = vars(self._owner)[self.new]  # asked as super().old
            return own.__get__(instance, kind) if hasattr(own, "__get__") else own
        return getattr(instance, self.new)

    def __set__(self, instance: Any, value: Any) -> None:
        """Set the member by its new name."""
        _warn(f"{self._owner.__name__}.{self._old}", self.new)
        setattr(instance, self.new, value)


def adopt(kind: type, members: Mapping[str, str]) -> None:
    """Let what a class defines under old names be found under the new ones; `members`: old name -> new name."""
    for old, new in members.items():
        if old in vars(kind) and new not in vars(kind):
            _warn(f"{kind.__qualname__}.{old}", new, _written(kind))
            value = vars(kind)[old]
            setattr(kind, new, value)
            if not callable(value):
                delattr(kind, old)  # so that setting it goes through the descriptor


def renamed_members(**names: str) -> Callable[[type[Owner]], type[Owner]]:
    """Let members of a class, and of those that inherit from it, be called by their old names; old name = new name."""

    def decorate(kind: type[Owner]) -> type[Owner]:
        base: type[Any] = kind

        def take_old_names(cls: type, /) -> None:
            super(base, cls).__init_subclass__()
            adopt(cls, names)

        _describe(kind, names)
        setattr(kind, "__init_subclass__", classmethod(take_old_names))  # noqa: B010  (mypy)
        return kind

    return decorate


def renamed_fields(constructor: str = "__init__", **names: str) -> Callable[[type[Owner]], type[Owner]]:
    """Let fields of a record be given and read by their old names; a NamedTuple's constructor is `__new__`."""

    def decorate(kind: type[Owner]) -> type[Owner]:
        _describe(kind, names)
        setattr(kind, constructor, renamed_keywords(**names)(getattr(kind, constructor)))
        return kind

    return decorate


def renamed_keywords(**names: str) -> Callable[[Callable[Parameters, Returned]], Callable[Parameters, Returned]]:
    """Let a function take keyword arguments by their old names; old name = new name."""

    def decorate(function: Callable[Parameters, Returned]) -> Callable[Parameters, Returned]:
        @wraps(function)
        def renaming(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Returned:
            for old in names.keys() & kwargs.keys():
                _warn(f"{function.__qualname__}: the keyword {old}", names[old])
                kwargs[names[old]] = kwargs.pop(old)
            return function(*args, **kwargs)

        return renaming

    return decorate


def adopt_keywords(kind: type, methods: Iterable[str], **names: str) -> None:
    """Let methods that a class defines take keywords by old names and new, whichever it uses; old name = new name."""
    for method in vars(kind).keys() & methods:
        function = vars(kind)[method]
        own = {old: names[old] for old in names.keys() & signature(function).parameters.keys()}
        for old, new in own.items():
            _warn(f"{kind.__qualname__}.{method}: the parameter {old}", new, _written(kind))
        setattr(kind, method, _keywords(function, own) if own else renamed_keywords(**names)(function))


def _keywords(function: Callable[Parameters, Returned], own: Mapping[str, str]) -> Callable[Parameters, Returned]:
    @wraps(function)
    def renaming(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Returned:
        for old, new in own.items():
            if new in kwargs:
                kwargs[old] = kwargs.pop(new)
        return function(*args, **kwargs)

    return renaming


def renamed_names(module: str, names: Mapping[str, str]) -> Callable[[str], object]:
    """Return the `__getattr__` of a module for its old names, each of which has the full new name "module.Name"."""

    def found(name: str) -> object:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        home, _, new = names[name].rpartition(".")
        warn(f"{module}.{name} is now {names[name]}", OldNameWarning, stacklevel=2)
        return getattr(import_module(home), new)

    return found


def _describe(kind: type, names: Mapping[str, str]) -> None:
    for old, new in names.items():
        member = Renamed(new)
        member.__set_name__(kind, old)
        setattr(kind, old, member)


def _written(kind: type) -> int:
    """Return how many calls above its warning a class is written: a metaclass of Python's is one of them."""
    return 4 + isinstance(kind, ABCMeta)


def _warn(old: str, new: str, level: int = 3) -> None:
    warn(f"{old} is called {new} now", OldNameWarning, stacklevel=level)
