"""Letters and forms of a case (domain brief 6.3, A–I), filled from Word templates that an officer edits in Word (`rules/documents/letters/`).

Gets: a case, a kind of letter, who asks. Gives: a draft, numbered, without a seal, with nothing in it that its reader may not see.
"""
