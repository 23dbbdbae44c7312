"""Tests of the importers, on small files in the published layouts and on the published ones where they are."""
