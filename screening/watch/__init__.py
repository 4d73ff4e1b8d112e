"""Continuous watch: an inbox folder is loaded as files arrive, scored again, compared with what stood before, and what rose is raised as alerts.

Gets a folder and a workspace, gives filed-away files with receipts, and alerts to whoever listens (`alerts.Sink`). Belongs here: the folder, the lock,
what changed since. Does not: reading files and scoring (`pipeline`), what happens with an alert (cases).
"""
