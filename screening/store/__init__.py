"""Where facts lie: immutable Parquet batches and runs, and the SQL register that says which of them exist.

Gets typed tables and summaries from above, gives them back to any number of readers. A batch or run exists from the moment its
register row is committed; a Parquet file no row names is invisible. Knows nothing of rules, scores or people.
"""
