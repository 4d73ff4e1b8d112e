"""Fangfei Screening (防非筛查): which finance-like firm should be visited next, and why.

The story, in the order the data flows:
an upload becomes typed rows and a receipt that reconciles (`intake`); rows find out who they speak of (`identity`);
complaint texts are read for the words that matter (`text`); as of a date, everything known of an entity becomes one
documented column per fact (`features`); rules kept as data say hit, miss or cannot tell (`rulebook`); their points add
up, exactly, to a score, a grade and an order of visits (`scoring`); what visits found may teach a score card, which scores only
once it has won and two people agreed (`model`, `learning`); what people do about it is a case, with clocks and a sealed
record (`cases`); lists leave the house as workbooks (`reports`).
`pipeline` is the one place where these stages meet; `rehearsal` runs past months again with other rules or other facts; `cli` and `ui` are two thin doors.
"""
