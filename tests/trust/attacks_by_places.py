"""Attempts of arguments, of the folder where one stands, and of files of others to import."""

# ruff: noqa: D401 - each says what it tries

from __future__ import annotations

import bz2
import json
import pickle
import zipfile
from contextlib import suppress
from dataclasses import asdict

import numpy as np
import pytest

from nassim.core.errors import DataError, NassimError
from tests.trust.attacks import CONSOLE, FAST, SHADOWS, Payload, attack
from tests.trust.world import STUDY, World


@attack
def show_a_file(world: World) -> None:
    """A benchmark in a file is imported by --allow-code alone."""
    name = f"{world.trap()}:bench"
    for command in (("show", name), ("show", name, "0"), ("show", name, "--explain"), ("fit", name)):
        world.nassim(*command)


@attack
def show_calls_what_it_finds(world: World) -> None:
    """os:system is no benchmark, and neither is what it returns; also with --allow-code it is not called."""
    for name in ("os:abort", "os:_exit", "os:system", "builtins:breakpoint"):
        if world.process("show", name, "--allow-code") != 2:
            world.mark.touch()


@attack
def names_that_are_paths(world: World) -> None:
    """Names of formats, protocols, figures and studies are looked up, not imported."""
    world.trap("evil.py")
    world.nassim("import", "../../evil", world.folder)
    world.nassim("import", "_pickles", world.folder)
    world.nassim("report", world.results(), "--figure", "../../../evil")
    world.nassim("run", world.study(f'protocol = "../../evil"\n{STUDY}'))


def shadowed(world: World) -> None:
    """Write modules with names of others into the current folder."""
    for name in SHADOWS:
        world.trap(f"{name}.py")


@attack
def modules_in_the_current_folder(world: World) -> None:
    """A numpy.py where one stands is not numpy: of `nassim` and its workers."""
    shadowed(world)
    world.study()
    assert world.process("lock", "study", "--jobs", "2", "--runs", "501", start=CONSOLE) == 0, world.said


@attack
def modules_in_the_current_folder_of_python_m(world: World) -> None:
    """Nor is it of `python -m nassim`, which Python starts with that folder first."""
    shadowed(world)
    world.study()
    assert world.process("lock", "study", "--jobs", "2", "--runs", "501") == 0, world.said


@attack
def packages_in_the_current_folder(world: World) -> None:
    """What an installed package registers as a strategy does not count where it is not installed."""
    world.trap("evil.py")
    about = world.folder / "evil-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n", encoding="utf-8")
    groups = "[nassim.strategies]\nevil = evil:Evil\n[nassim.spaces]\nevil = evil:Space\n"
    (about / "entry_points.txt").write_text(groups, encoding="utf-8")
    world.study(STUDY.replace("random_search", "evil").replace("nb201", "none"))
    for start in (("-m", "nassim"), CONSOLE):
        world.process("list", "strategies", start=start)
        world.process("run", "study", start=start)


@attack
def settings_of_matplotlib_in_the_current_folder(world: World) -> None:
    """Matplotlib reads a matplotlibrc where one stands; it may name a module that draws."""
    world.trap("evil.py")
    text = "backend: module://evil\naxes.prop_cycle: cycler(color=[__import__('evil')])\n"
    (world.folder / "matplotlibrc").write_text(text, encoding="utf-8")
    world.process("report", world.results(), *FAST, start=CONSOLE)


@attack
def a_pickle_of_nats_bench(world: World) -> None:
    """An archive of NATS-Bench is a folder of compressed pickles."""
    folder = world.folder / "NATS-tss-v1_0-3ffb9-simple"
    folder.mkdir()
    for name in ("meta", "000000"):
        content = pickle.dumps({"meta_archs": Payload(world.mark), "arch2infos": Payload(world.mark)})
        (folder / f"{name}.pickle.pbz2").write_bytes(bz2.compress(content))
    world.nassim("import", "nats-bench", folder, "--out", world.folder / "out")


@attack
def pickles_of_other_benchmarks(world: World) -> None:
    """The other formats that are pickles."""
    path = world.folder / "HW-NAS-Bench-v1_0.pickle"
    for protocol in range(5):
        path.write_bytes(pickle.dumps({"nasbench201": Payload(world.mark)}, protocol))
        world.nassim("import", "hw-nas-bench", path, "--out", world.folder / "out")
        world.nassim("import", "analog-nas-bench", path, "--out", world.folder / "out")
        with zipfile.ZipFile(world.folder / "NAS-Bench-201-v1_1-096897.pth", "w") as archive:
            archive.writestr("archive/data.pkl", path.read_bytes())
        for file in (world.folder / "NAS-Bench-201-v1_1-096897.pth", path):
            world.nassim("import", "nas-bench-201", file, "--out", world.folder / "out")


@attack
def pickles_among_images(world: World) -> None:
    """The official folder of CIFAR-10 holds pickles, an .npz file may."""
    pytest.importorskip("torch")
    from nassim.training import data

    folder = world.folder / "images"
    folder.mkdir()
    for name in (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"):
        (folder / name).write_bytes(pickle.dumps({"data": Payload(world.mark), "labels": [0]}))
    np.savez(world.folder / "x.npz", x=np.array([Payload(world.mark)], dtype=object), y=np.zeros(1, dtype=np.int64))
    for source in (folder, world.folder / "x.npz"):
        with pytest.raises(DataError):
            data.load(source)


@attack
def a_pickle_of_weights(world: World) -> None:
    """Torch's files of weights are pickles."""
    pytest.importorskip("torch")
    from nassim.training import export
    from nassim.training.skeleton import Skeleton

    cell = "|nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|none~2|"
    about = {"space": f"{world.trap()}:Space", "cell": cell, "skeleton": asdict(Skeleton())}
    (world.folder / "weights.pt").write_bytes(pickle.dumps(Payload(world.mark), 2))
    for space in (about["space"], "nb201"):
        (world.folder / "cell.json").write_text(json.dumps(about | {"space": space}), encoding="utf-8")
        with suppress(NassimError):
            export.read(world.folder)
