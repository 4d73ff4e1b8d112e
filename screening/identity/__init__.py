"""Who is who: gives each delivered entity a lasting id, and links every other row to the entity it speaks of.

Gets typed rows from intake, gives entity ids (settled once, never changed) and links with method and confidence. Ambiguous stays ambiguous:
a name that two entities bear links nothing. Belongs here: codes, names, keys. Does not: reading what a complaint says.
"""
