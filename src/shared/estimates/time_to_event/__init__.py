"""Time to an event when some are still waiting: curves, competing events, tests and models."""
