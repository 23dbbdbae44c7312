"""The tests of study/verify."""
