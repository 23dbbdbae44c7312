"""A study: a folder that says what to run, its units of work on all cores, and the results it leaves."""
