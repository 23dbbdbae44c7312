"""The reference of Python: public names, statistics and bridges, from their docstrings."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import nassim

PUBLIC = """# In Python

All of `nassim`'s public names. `import nassim` loads none of what is behind them until it is used.

```python
import nassim
```
"""
STATS = """# Statistics

Pure functions of arrays, which know nothing of nassim: use them on any results.
"""
BRIDGES = """# Bridges

Benchmarks for other libraries; [how to](../other_libraries.md).
"""


def pages() -> dict[str, str]:
    """Return the pages; mkdocstrings fills them."""
    return {
        "reference/python.md": "\n".join((PUBLIC, *public())),
        "reference/stats.md": "\n".join((STATS, *modules("nassim.stats"))),
        "reference/bridges.md": "\n".join((BRIDGES, *modules("nassim.bridges"))),
    }


def public() -> list[str]:
    """Return a block for each public name, classes after functions."""
    found = [getattr(nassim, name) for name in nassim.__all__]
    found.sort(key=lambda one: isinstance(one, type))
    return [f"::: {one.__module__}.{one.__qualname__}\n" for one in found]


def modules(package: str) -> list[str]:
    """Return a block for each module of a package that is no helper."""
    names = [module.name for module in pkgutil.iter_modules(import_module(package).__path__)]
    return [
        f"## {name}\n\n::: {package}.{name}\n    options: {{show_root_heading: false, show_root_toc_entry: false}}\n"
        for name in names
        if not name.startswith("_")
    ]
