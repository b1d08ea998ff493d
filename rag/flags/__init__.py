"""Answers that somebody has called wrong, with all they saw, and the questions made of them."""
