"""Follow-up verification: leads and alerts become cases that people move, under deadlines, to an end that is written down.

Gets: leads from people, alerts from `screening.follow_up`. Gives: cases, what is due, a chain of events that nobody can change unnoticed, and the
findings of visits for the next run. Belongs here: states, moves, clocks, who signs. Does not: scores, accounts, pages. What is allowed is data
(`rules/workflow.yaml`); `casebook.py` holds the one way in which a case changes.
"""
