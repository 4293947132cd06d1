"""Intervals from simulated studies, each with the planted value that it should hold."""
