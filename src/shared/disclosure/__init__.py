"""Statistical disclosure control: what may be shown, and what must be hidden."""
