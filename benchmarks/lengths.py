"""Reading takes time in proportion to length: texts of 4,000 and of 16,000 characters that repeat one awkward piece.

Prints processor seconds of both and their ratio; four times the length should take about four times as long, whatever is repeated.
Run: `python -m benchmarks.lengths [--longer 16000]`
"""

import argparse
import time

from screening.settings import PROJECT_ROOT
from screening.text.masking import mask_personal
from screening.text.reading import TextReader

_SHORT = 4_000
_PIECES = (
    *(
        "一",
        "十",
        "1",
        "0",
        "点",
        "变",
        "打",
        "5%",
        "20%，",
        "三成",
        "两分",
        "百万",
        "一分到",
        "月息一分",
        "年化8%最高",
        "存10万每月返2000",
    ),
    *(
        "1万返",
        "每月返2000",
        "翻倍",
        "九折",
        "回购",
        "每克补5元",
        "存1克",
        "还200",
        "减10",
        "充1万送1",
        "期限",
        "的倍",
        "一二点",
        "向我",
        "投了",
        "谨防",
    ),
    *(
        "介绍一个",
        "听说",
        "听说。",
        "不是",
        "没有",
        "非法集资",
        "老板",
        "逾期",
        "138 ",
        "联系人：张",
        "微信a",
        "小贷公司",
        "存黄金，",
        "贷款，",
    ),
)


def main() -> None:
    """Read each piece at both lengths, print the slowest first."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--longer", type=int, default=4 * _SHORT)
    longer = options.parse_args().longer
    reader = TextReader.of(PROJECT_ROOT / "rules")
    rows = [(piece, _seconds(reader, piece, _SHORT), _seconds(reader, piece, longer)) for piece in _PIECES]
    print(f"重复的片段　{_SHORT:,}字（秒）　{longer:,}字（秒）　比值（长度比 {longer / _SHORT:g}）")
    for piece, short, long in sorted(rows, key=lambda row: -row[2] / row[1]):
        print(f"{piece}　{short:.3f}　{long:.3f}　{long / short:.1f}")


def _seconds(reader: TextReader, piece: str, length: int) -> float:
    text = (piece * (length // len(piece) + 1))[:length]
    begun = time.process_time()
    reader.read(text).document()
    mask_personal(text)
    return time.process_time() - begun


if __name__ == "__main__":
    main()
