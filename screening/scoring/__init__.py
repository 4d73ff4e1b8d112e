"""Adds up: rule outcomes → an exact sum of reasons → grade, order of visits, explanation.

Gets `outcomes` and `features`, gives scores whose every tenth of a point is a line a person can read. Belongs here: group caps, grades, ranks,
sentences. Does not: conditions (`rulebook`), what happens next with an entity (cases).
"""
