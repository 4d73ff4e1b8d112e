"""Casebook: a score is a suspicion, a case is the work on it.

Gets leads from people and alerts from runs. Gives cases, each in a state of `rules/workflow.yaml` with a clock, and an append-only chain of events that
says who did what, when and why. Nothing here computes a score; the system merges and reminds, people decide and sign.
"""
