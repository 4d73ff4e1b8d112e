"""What a report counts: facts as of a day, named figures over them, tables made of figures, and the checks that hold them against each other.

Gets: the run of the month, the rows it read, the chain of events. Gives: `facts.open_facts`, `catalogue.FIGURES`, `tables`, `checks`. Belongs here: every
counting rule. Does not: sentences, layout, who may read (asked once, where the report is begun).
"""
