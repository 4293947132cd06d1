"""Participants beside a comparison group: differences, weights, balance and doubly robust."""
