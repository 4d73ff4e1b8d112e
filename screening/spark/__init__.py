"""The same scoring on Spark, for what one machine is too small for: the SQL of features, rules, model and scores, respelt and run beside the same Parquet.

Gets a workspace's batches, and what linking and reading of texts found; gives the tables a run keeps. No rule, fact or score is written here a second time.
Linking and texts are worked out before, on one machine. Source: design 7.
"""
