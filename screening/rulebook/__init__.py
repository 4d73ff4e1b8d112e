"""Reads `rules/`, checks it, and compiles it: each rule says hit, miss or cannot tell of each entity.

Gets the YAML an officer writes, gives one SQL expression a rule over the feature table. Belongs here: the shape of a rule, the allow-list of its conditions,
its examples. Does not: adding points up (`scoring`), computing features (`features`).
"""
