"""Measuring: a set of questions with known answers goes through the whole product, figures come out.

`sets` and `corpus` read a set, `indexing` and `runner` do the work, `judging` looks at one answer,
`metrics` and `bootstrap` are pure arithmetic, `figures` adds up, `report`, `plots` and `thresholds` show.
"""
