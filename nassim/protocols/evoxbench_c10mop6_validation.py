"""EvoXBench, C-10/MOP6, judged by validation errors (after Lu et al., IEEE TEC 2023, arXiv:2208.04321).

The problem as it can be had without errors on test images: mean validation errors judge, by the ideal and the nadir of
their own exact front. Its numbers are not those of the published problem.
"""

from nassim.protocols._evoxbench import problem
from nassim.protocols.evoxbench_c10mop6 import ENDS

PROTOCOL = problem(ENDS, validation=True)
