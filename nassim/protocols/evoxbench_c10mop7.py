"""EvoXBench, C-10/MOP7 (Lu et al., IEEE TEC 2023, arXiv:2208.04321): eight objectives on NAS-Bench-201, CIFAR-10.

Test error, parameters, operations, and what an edge GPU and Eyeriss take. A search sees the validation error of a
training that is drawn anew each time it asks; the set that it returns is judged by mean test errors.
"""

from nassim.protocols._evoxbench import SIZE, Ends, problem

ENDS: Ends = {
    "error": (5.626667, 90.0),
    **SIZE,
    "edgegpu_latency": (0.501385, 8.182111),
    "edgegpu_energy": (2.059187, 34.710598),
    "eyeriss_latency": (1.67954, 10.5269),
    "eyeriss_energy": (0.346965, 2.013901),
    "eyeriss_arithmetic_intensity": (0.976365, 27.078051),
}

PROTOCOL = problem(ENDS)
