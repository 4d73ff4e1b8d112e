"""How the sample month is made: an invented district first, then the messy files that offices send.

Two steps that do not know each other:

- the *world* (`world.py`): entities, complaints and other facts as plain records;
- the *deliveries* (`deliveries.py`): which office sends which of them, under which headers,
  how badly spelt.

Everything is drawn from seeded random generators, so the same code always gives the same files.
"""
