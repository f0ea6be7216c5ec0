"""Measurements behind `manage.py bench`: ratios to a baseline of the same run, never a timed test."""
