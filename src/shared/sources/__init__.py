"""What arrives: the tables of the data dictionary, their code lists, and how files are read."""
