"""The model: what visits found, learned as a score card that a person can read line by line.

Gets feature tables, outcomes of visits and how likely each visit was; gives an additive, monotone, calibrated score card (0-30 points, whole tenths) as
plain JSON, its SQL, and how well it does. Here belong learning, the card, its statement, figures of merit, and who put which card into force. What was
visited when is read by `learning`, how points join the score is decided in `scoring`; no rule, no grade and no case belongs here.
"""
