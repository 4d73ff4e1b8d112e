"""What the figures of a report do not know: said beside them, so that nobody reads an unknown as a nought."""

from collections.abc import Mapping

from screening.reports.figures.catalogue import Counted
from screening.reports.figures.facts import Facts
from screening.vocabulary import Kind


def notes_on(facts: Facts, counts: Mapping[str, Counted]) -> list[str]:
    """Sentences, in the order of the text."""
    period, notes = facts.period, []
    received = {b.kind for b in facts.workspace.register.batches(received_by=period.closes) if b.received >= period.opens}
    if facts.runs.get(period.before) is None:
        notes.append("此前没有评分，主体的期初数按 0 计，新增数含全部主体。")
    if Kind.COMPLAINTS not in received:
        notes.append("本期没有收到投诉举报资料，投诉数字为 0 不等于没有投诉。")
    if Kind.OUTREACH not in received:
        notes.append("本期没有收到宣传活动资料，宣传数字为 0 不等于没有开展。")
    elif unsaid := counts["outreach_events"].value - len(counts["outreach_reached"].rows):
        notes.append(f"宣传活动中有 {unsaid} 场没有报覆盖人数，未计入。")
    if facts.run.as_of < period.closes:
        notes.append(f"评分截至 {facts.run.as_of}，此后收到的资料未计入。")
    return notes
