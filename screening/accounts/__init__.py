"""Who may come in: accounts, passwords, sessions.

Gets: what an administrator or a person at the door says. Gives: an `Actor`, or one sentence why not. Belongs here: passwords, lock-out, sessions and
the log of all that. Does not: what an actor may see or do (`reference/rights.py`), pages, cookies.
"""
