"""The same facts, features and rules on Spark, for what takes one machine too long: the SQL of the stages, respelt and run beside the same Parquet.

Gets a workspace's batches, and what linking and reading of texts found; gives what a run keeps and is summed up from. No rule or fact is written here a
second time. Linking, texts, and the summing up are done on one machine. Source: design 7.
"""
