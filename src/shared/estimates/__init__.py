"""Estimators: each returns its figure with the n behind it and a 95 % interval of a stated kind."""
