"""Ledgers (台账): cases as the offices list them, in the offices' column order (`rules/documents/ledgers.yaml`), as far as the reader's rights go.

Gets: a kind of ledger and who asks. Gives: a `Ledger`, and it as a workbook or CSV.
"""
