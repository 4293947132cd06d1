"""Lokus: follow-along evaluation of collaboration between public agencies."""
