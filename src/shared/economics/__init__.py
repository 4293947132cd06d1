"""Socioeconomics: what the collaboration costs, and what changes for those who pay."""
