"""Figures, tables and pages, made of traces.

build.build(results) writes a report into the results folder and returns the Summary:

    report.html                                   one self-contained page
    summary.json                                  every number of the page
    tables/summary.{md,tex,csv}
    figures/regret-<benchmark>-<axis>.{pdf,svg,png}

build.draw(results, names, folder, paper=...) writes any of the figures, in the widths and letters of a paper.

A report reads what happened in `cells`, once; `summarise` makes a `Summary` of them: means, intervals, ranks, tests,
and the sentences of `wording`; `drawing` draws the figures, of which one file in `figures/` is one; `tables` and
`page` write it all down, with the `checklist` of what NAS papers are asked and the `browser` of what was found.
`results` is the same in Python: `nassim.results(folder)`.
"""
