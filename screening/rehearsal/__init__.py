"""The same months again with other rules, or one entity as it might be. Nothing is stored.

Gets a workspace, rules folders and month ends; gives who would stand elsewhere and why, how each rule behaves, and what a change to one entity would do.
Belongs here: comparing two screenings. Does not: screening itself (`pipeline`), deciding which rules score (`rulebook.publishing`), tables for people (`cli`, `ui`).
"""
