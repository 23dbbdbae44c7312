"""From one's own data to a validated, exported model: `nassim search`.

`loop` goes through the stages, and each is a file: `candidates`, `latency` and `limits` say which networks may be
handed in, `posterior` what is known of them, `worlds` what may be true, `contest` which strategy would spend the rest
of the budget best, `batch` what is trained next, `confirmation` what is handed in. `decisions` keeps what is decided,
so that an interrupted search goes on as if it had not been.
"""
