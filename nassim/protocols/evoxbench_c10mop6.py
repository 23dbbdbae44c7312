"""EvoXBench, C-10/MOP6 (Lu et al., IEEE TEC 2023, arXiv:2208.04321): six objectives on NAS-Bench-201, CIFAR-10.

Test error, parameters, operations, and what Eyeriss takes. A search sees the validation error of a
training that is drawn anew each time it asks; the set that it returns is judged by mean test errors.
"""

from nassim.protocols._evoxbench import SIZE, Ends, problem

ENDS: Ends = {
    "error": (5.626667, 50.98),
    **SIZE,
    "eyeriss_latency": (1.67954, 10.5269),
    "eyeriss_energy": (0.346965, 2.013901),
    "eyeriss_arithmetic_intensity": (0.976365, 26.596398),
}

PROTOCOL = problem(ENDS)
