"""What leaves the house: lists, the monthly and yearly summary, ledgers, letters, evidence packs.

Gets: runs, the casebook, the register, and who asks. Gives: Word files, workbooks, CSV, zips, as bytes or written to a folder. Belongs here: what is counted
for paper (`figures/`), how paper looks (`paper/`), what it says (`rules/documents/`). Does not: scoring, moving cases, pages of the dashboard.
"""
