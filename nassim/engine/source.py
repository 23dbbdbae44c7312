"""What a source file says to the computer, as a hash, and which files it imports: comments and docstrings say nothing.

Imports are those of nassim, and of a user's own modules: beside the file, or in the package that it is part of. Python
and libraries are known by their versions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

import nassim
from nassim.core.frames import is_own

PACKAGE = Path(nassim.__file__).parent
OURS = PACKAGE.name
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def read(path: Path) -> tuple[str, tuple[Path, ...]]:
    """Return the digest of a source file, and the files that it may import; some may not exist."""
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, _changed: int) -> tuple[str, tuple[Path, ...]]:
    source = path.read_bytes()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # it cannot be run either
        return sha256(source).hexdigest(), ()
    imported = tuple(_imported(tree, path))
    _forget_docstrings(tree)
    return sha256(ast.dump(tree, annotate_fields=False).encode(errors="surrogatepass")).hexdigest(), imported


def _forget_docstrings(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]


def _imported(tree: ast.Module, path: Path) -> Iterator[Path]:
    """Yield the files of all modules that are imported anywhere in a file, and of the packages that they are in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(_folders(path, alias.name), alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            module = node.module.split(".") if node.module else []
            folders = [path.parents[node.level - 1]] if node.level else _folders(path, module[0])
            for alias in node.names:  # each may be a module of its own
                yield from _files(folders, [*module, alias.name])


def _folders(path: Path, module: str) -> list[Path]:
    """Return where a file's modules are looked for: nassim's, of its own package, or beside it."""
    first = module.partition(".")[0]
    if first == OURS:
        return [PACKAGE.parent]
    if path.is_relative_to(PACKAGE):
        return []
    root = path.parent
    while (root / "__init__.py").is_file():
        root = root.parent
    return [folder for folder in dict.fromkeys([root, path.parent]) if _counts(folder, path, first)]


def _counts(folder: Path, path: Path, first: str) -> bool:
    """Return whether modules in a folder are the user's: among installed libraries, those of the file's package are."""
    return is_own(str(folder / "_")) or path.is_relative_to(folder / first)


def _files(folders: list[Path], parts: list[str]) -> Iterator[Path]:
    """Yield the files that an import of a module runs, but nassim's own, which imports names as they are used."""
    for folder in folders:
        for upto in range(1, len(parts) + 1):
            place = folder.joinpath(*parts[:upto])
            yield place.with_suffix(".py")
            if place != PACKAGE:
                yield place / "__init__.py"
