"""Stage 1: a file as the offices send it → typed rows and a receipt that reconciles.

Gets: a path, and perhaps the kind and the source of the table. Gives: one `Delivery` per kind found: an Arrow
table of accepted rows in canonical columns with their provenance, the rejected rows with reasons, and the
findings. Belongs here: what a file is, where its header stands, which lines are data, what a cell means. Does
not: who an entity is (identity), what is stored (store), whether anything is suspicious (rules).
"""

from screening.intake.delivery import Delivery, SheetCount
from screening.intake.reading import read_file

__all__ = ["Delivery", "SheetCount", "read_file"]
