"""The model's schooling: what past visits found becomes examples, a card is learned and judged, and its drift is watched.

Gets the runs and visits of the register; gives a trained card with its judgement, a document to read, and figures of drift. Here belong the history of
outcomes, the time split and the comparison with rules alone; the learning itself is in `model`, points join the score in `scoring`.
"""
