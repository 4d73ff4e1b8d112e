"""Reads what people write: which words of the lexicon and which patterns a complaint or an advertisement holds.

Gets texts, gives each a list of marks. Belongs here: words, negation, public-education guards. Does not: whom the text means (`identity`),
what follows from it (`rulebook`). Direction of money and promised return come in a later part.
"""
