"""EvoXBench, C-10/MOP5 (Lu et al., IEEE TEC 2023, arXiv:2208.04321): five objectives on NAS-Bench-201, CIFAR-10.

Test error, parameters, operations, latency and energy on an edge GPU. A search sees the validation error of a
training that is drawn anew each time it asks; the set that it returns is judged by mean test errors.
"""

from nassim.protocols._evoxbench import SIZE, Ends, problem

ENDS: Ends = {
    "error": (5.626667, 90.0),
    **SIZE,
    "edgegpu_latency": (0.501385, 6.888866),
    "edgegpu_energy": (2.059187, 32.650935),
}

PROTOCOL = problem(ENDS)
