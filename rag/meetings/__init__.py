"""Meetings as records: who chaired, when, where, who came, what was asked for and decided."""
