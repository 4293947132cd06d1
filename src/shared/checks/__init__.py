"""Do the delivered tables hold what ``expectations/*.json`` says they must?"""
