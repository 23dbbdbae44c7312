"""Figures, tables and pages, made of traces.

build.build(results) writes all of it into the results folder and returns the Summary:

    report.html                                   one self-contained page
    summary.json                                  every number of the page
    tables/summary.{md,tex,csv}
    figures/regret-<benchmark>-<axis>.{pdf,svg,png}

build     all of the above
cells     what each strategy did on one benchmark, read from traces in one pass
assess    the judgement: means, intervals, ranks, tests -> Summary
summary   Summary, plain and frozen, and its JSON
wording   how numbers and findings are said
style     one look per strategy, the same in all figures; saving with fixed bytes
curves    anytime figures: one function per figure
tables    one function per format
page      report.html
"""
