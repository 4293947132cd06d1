"""The auditor: attacks published pages, and knows nothing of how they were made."""
