"""The monthly summary and the year summary: figures counted and checked, told in words, printed as Word and as a workbook.

Gets: a period and who asks. Gives: a `Report` to look at, and the files. A report that does not reconcile can be looked at and is never written.
"""
