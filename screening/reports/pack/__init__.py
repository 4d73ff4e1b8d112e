"""The evidence pack of a case: everything the office knows of it in one zip that says of every file what it must be.

Gets: a case and who asks. Gives: bytes that depend on the case alone, whoever builds them when; and, of any pack, what was changed, is missing or was added.
"""
