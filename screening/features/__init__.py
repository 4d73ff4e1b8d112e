"""What is known of each entity, as of a date: one documented column per fact, and the rows each fact rests on.

Gets linked rows and marked texts, gives `features` (wide, one row an entity), whether each number is open (could be higher, because something is missing)
and, for those asked, the evidence rows. Belongs here: windows, counts, sums. Does not: thresholds and points (`rules/`).
"""
