"""Supernets: what weights that networks share say of them, as a model and as a table of real supernets.

model         Sharing: how a supernet differs from the networks' own trainings, in few parameters
noise         by how much a model's supernet is wrong of each architecture
table         what real supernets said of every architecture, `one_shot.parquet` of a data folder
mixed_slopes  what gradients said in real supernets whose options were trained all at once, `mixed_slopes.parquet`

The wrappers that answer by them are `wrappers/weight_sharing.py` and `wrappers/one_shot_table.py`.
"""

from nassim.core.renamed import renamed_names

TYPE_CHECKING = False  # that of `typing`
if not TYPE_CHECKING:  # a type checker shall know no old names
    _HERE, _WRAPPER = "nassim.benchmarks.one_shot", "nassim.benchmarks.wrappers.one_shot_table"
    __getattr__ = renamed_names(
        __name__,
        {
            "FILE": f"{_HERE}.table.FILE",
            "Told": f"{_HERE}.table.Told",
            "read_told": f"{_HERE}.table.read_told",
            "AS_FITTED": f"{_WRAPPER}.AS_FITTED",
            "OneShot": f"{_WRAPPER}.OneShotTable",
        },
    )
