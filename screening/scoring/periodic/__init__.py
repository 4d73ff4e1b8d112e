"""The regular check of business and financial figures: who owes which period's report, and what is late, missing, contradictory or over a limit.

Gets the reports as delivered and `rules/periodic.yaml`, gives work items with the text they rest on. Scores nothing: what is over a limit is also a
rule of the rule book, by the same numbers.
"""
