"""Documents that print the same text: found when they come in, shown as one source with its corroborations."""
