"""What readers see: words, numbers, tables, figures, and the template of a page."""
