"""A wave: from the tables that arrived to the reports that go out."""
