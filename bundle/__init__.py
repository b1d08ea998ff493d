"""Everything in one folder for a machine without a network: `build` makes it here, `install` unpacks it there."""
