"""Conversations that are kept: per user, with all that each answer was shown with."""
