"""Figures, tables and pages, made of traces."""
