"""Reads what people write: which words of the lexicon and which patterns a complaint or an advertisement holds.

Gets texts; gives each a list of marks, which way money flows, and the promised returns with their arithmetic. Belongs here: words, negation,
public-education guards, the grammar of promises, masking. Does not: whom the text means (`identity`), what follows from it (`rulebook`).
"""
