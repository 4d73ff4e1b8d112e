"""A city's complaints: 1,000,000 read and linked against 200,000 entities, on one machine.

Prints rates per second for reading the words and for finding whom they mean, beside a plain regular expression over the same texts and a pairwise
comparison of the same names; the baselines run on a part and are extrapolated. Seconds are those of the processor, one core, so that a busy
machine gives much the same figures. What a text says takes the same work whatever it is about, so the words come from the tests' examples,
each with figures of its own.
Run: `python -m benchmarks.complaints [--entities 200000] [--complaints 1000000]`. All names are invented.
"""

import argparse
import random
import re
import resource
import time
from collections.abc import Callable

import yaml
from rapidfuzz import fuzz, process

from benchmarks.matching import many
from screening.identity.matching import Matcher
from screening.settings import PROJECT_ROOT
from screening.text.marks import stored
from screening.text.reading import TextReader

_RULES = PROJECT_ROOT / "rules"
_SEED = 7
_PART = 20_000  # texts of the regular-expression baseline
_WORDING = ("worked_examples.yaml", "fixtures.yaml", "held_out.yaml")
_PAIRED = 200  # names of the pairwise baseline


def main() -> None:
    """Make the rows, read, link, compare, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--entities", type=int, default=200_000)
    options.add_argument("--complaints", type=int, default=1_000_000)
    wanted = options.parse_args()
    begun = time.perf_counter()
    known, asked = many(wanted.entities, wanted.complaints, _SEED)
    texts = _texts(wanted.complaints)
    reader = TextReader.of(_RULES)
    reading = _seconds(lambda: stored([("", place) for place in range(len(texts))], [reader.read(text) for text in texts]))
    matcher: list[Matcher] = []
    indexing = _seconds(lambda: matcher.append(Matcher(known, _RULES)))
    linking = _seconds(lambda: matcher[0].match(asked))
    pattern = _plain_pattern()
    plain = _seconds(lambda: [pattern.findall(text) for text in texts[:_PART]]) / min(_PART, len(texts))
    names = [entity.names[0] for entity in known]
    paired = [row.name or row.text or "" for row in asked[:_PAIRED]]
    pairwise = _seconds(lambda: process.cdist(paired, names, scorer=fuzz.ratio, workers=1)) / len(paired)
    total = reading + indexing + linking
    print(
        f"{len(texts):,} 件投诉，{len(known):,} 户主体：共 {total:,.0f} 秒（{total / 60:.1f} 分钟），{len(texts) / total:,.0f} 件/秒；"
        f"按处理器时间计，一个核；连同造数据和两种基线，钟上过了 {(time.perf_counter() - begun) / 60:.1f} 分钟"
    )
    _line("读懂文字", len(texts) / reading, "普通正则（只找词，不分方向、不算利率）", 1 / plain)
    _line("认出主体（含建索引）", len(asked) / (indexing + linking), "两两比较", 1 / pairwise)
    print(f"峰值内存 {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MiB")


def _line(what: str, rate: float, beside: str, baseline: float) -> None:
    print(f"{what}：{rate:,.0f} 件/秒；{beside}：{baseline:,.0f} 件/秒；比值 {rate / baseline:,.2f}")


def _texts(count: int) -> list[str]:
    """Complaints of the sample's kinds; no two alike."""
    chance = random.Random(_SEED)
    folder = PROJECT_ROOT / "tests" / "text"
    said = [entry["text"] for name in _WORDING for entry in yaml.safe_load((folder / name).read_text(encoding="utf-8"))]
    dull = [
        "在该店买的戒指掉色，要求退货，店家不理",
        "门口施工噪音很大，晚上睡不着，希望有关部门处理",
        "贷款逾期两天就打骚扰电话，态度还很差",
    ]
    return [
        f"市民来电反映：{chance.choice(dull)}，{chance.choice(said)}。诉求：退还{number}元，请核实处理。"
        for number in range(count)
    ]


def _plain_pattern() -> re.Pattern[str]:
    """One alternation of every phrase of the lexicon, and figures with a unit."""
    phrases = sorted(TextReader.of(_RULES).lexicon.phrases, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, phrases)) + r"|\d{1,12}(?:\.\d{1,6})?[%万元分厘]")


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
