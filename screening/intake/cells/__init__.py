"""What a cell says: texts → typed values, masked texts and row hashes. Knows spellings, not layouts of
files.
"""
