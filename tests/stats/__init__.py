"""Tests of the statistics, against scipy, worked values and brute force."""
