"""A study held against what was said and found before.

claims   claims.toml: what a study's README says it measured, and by how much errors may rise
judge    claims, judged by what was measured
lock     lock.json: what a study found, and with what
compare  is a study no worse than its lock?
against  all that lies beside a study's file, and the verdicts on it
junit    verdicts for machines that test: JUnit XML, and Markdown
"""
