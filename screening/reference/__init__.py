"""What `rules/` knows besides rules: columns, words, dated numbers, areas, working days.

Gets: the YAML files of the office. Gives: checked, typed, cached values. Belongs here: reading and checking
them. Does not: anything that looks at a delivered row.
"""
