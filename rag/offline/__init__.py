"""Proof that nothing leaves the machine: index, answer and open the page while every way out is watched.

`proving.prove` is the door. Nothing is imported here: the guards start programs of this package many times.
"""
