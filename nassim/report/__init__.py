"""Figures, tables and pages, made of traces.

build.build(results) writes a report into the results folder and returns the Summary:

    report.html                                   one self-contained page
    summary.json                                  every number of the page
    tables/summary.{md,tex,csv}
    figures/regret-<benchmark>-<axis>.{pdf,svg,png}

build.draw(results, names, folder, paper=...) writes any of the figures, in the widths and letters of a paper.

build     all of the above
cells     what each strategy did on one benchmark, read from traces in one pass
index     what is known of a benchmark's architectures
assess    the judgement: means, intervals, ranks, tests -> Summary
summary   Summary, plain and frozen, and its JSON
wording   how numbers and findings are said
style     one look per strategy, the same in all figures; widths of papers; saving with fixed bytes
pgf       figures for LaTeX
figures/  one file is one figure; view: what it is told; gallery: draws them by name; lines, rows: their frames
tables    one function per format
browser   the architectures found, drawn for the page
checklist what NAS papers are asked, answered from the records
page      report.html
"""
