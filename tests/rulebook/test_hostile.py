"""Whatever is written into the rules folder, it is refused at once, by file, line, rule and character, and with a way to mend it."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from screening.cli import main
from screening.errors import InvalidRule
from screening.rulebook.book import read_rulebook
from screening.settings import PROJECT_ROOT

FILE, RULE = "probe.yaml", "SOC-91"
PROBE = """# 一条好好的规则
- id: SOC-91
  name: 拉人头
  dimension: spread
  element: public
  group: SOC
  when: referral_complaints_1y >= 1
  points: 20
  half_life: complaint_half_life_days
  ages_with: latest_referral_complaint_age_days
  basis: [{source: 法释2022-5, article: 第十三条}]
  evidence: 近一年{referral_complaints_1y}件投诉反映拉人头
  false_positive: 普通老带新
  status: active
  examples:
    - {referral_complaints_1y: 2, expect: hit}
    - {referral_complaints_1y: 0, expect: miss}
    - {referral_complaints_1y: null, expect: unknown}
"""
WHEN = "  when: referral_complaints_1y >= 1\n"
KNOWN = "referral_complaints_1y >= 1"
WHEN_LINE = 7
MANY = " or ".join([KNOWN] * 10_000)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rules folder with one more file, which reads well."""
    rules = Path(shutil.copytree(PROJECT_ROOT / "rules", tmp_path_factory.mktemp("probed") / "rules"))
    (rules / FILE).write_text(PROBE, encoding="utf-8")
    read_rulebook(rules)
    return rules


@pytest.fixture
def probed(sound: Path) -> Iterator[Path]:
    """The sound folder, to be spoilt; made sound again afterwards, so that only what was spoilt is read anew."""
    was = {path: path.read_bytes() for path in sound.rglob("*") if path.is_file()}
    yield sound
    for path in sound.rglob("*"):
        if path.is_file() and path not in was:
            path.unlink()
    for path, content in was.items():
        if not path.is_file() or path.read_bytes() != content:
            path.unlink(missing_ok=True)
            path.write_bytes(content)


def refusal(rules: Path) -> tuple[InvalidRule, float]:
    """What reading the folder is refused with, and how long that took."""
    started = time.perf_counter()
    with pytest.raises(InvalidRule) as refused:
        read_rulebook(rules)
    return refused.value, time.perf_counter() - started


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# A condition, the character it is refused at, the word there, and what the hint must say.
CONDITIONS = [
    ("referral_complaints_1y in (select 1)", 28, "select", "条件只能用"),
    ("(select count(*) from complaints) >= 1", 2, "select", "条件只能用"),
    ("read_csv('/etc/passwd') = ''", 1, "read_csv", "条件只能用"),
    (f"{KNOWN} and pg_read_file('x') = ''", 33, "pg_read_file", "条件只能用"),
    ("lower(name_barred_word) = ''", 1, "lower", "条件只能用"),
    ("name_barred_word(1) = ''", 1, "name_barred_word", "条件只能用"),
    ("count(*) >= 1", 1, "count", "条件只能用"),
    ("row_number() over (order by age_months) >= 1", 1, "row_number", "条件只能用"),
    ("referral_complaints_1y over (1) >= 1", 24, "over", "条件只能用"),
    ("referal_complaints_1y >= 1", 1, "referal_complaints_1y", "是不是 referral_complaints_1y（"),
    ("Referral_complaints_1y >= 1", 1, "Referral_complaints_1y", "是不是 referral_complaints_1y（"),
    ("近180天投诉的件数 >= 1", 1, "近180天投诉的件数", "是不是 complaints_180d（近180天投诉件数）？"),
    ("weather >= 1", 1, "weather", "screening/features/catalogue"),
    ("age_months <= :yong_months", 15, ":yong_months", "是不是 young_months（新设主体的月数）"),
    ("age_months <= :xyzzy", 15, ":xyzzy", "rules/parameters"),
    ("age_months <= : young_months", 15, ":", "冒号后面紧接参数名"),
    ("referral_complaints_1y / age_months >= 1", 24, "/", "改用乘法"),
    ("1 / 0 >= 1", 3, "/", "改用乘法"),
    ("age_months - 1 >= 0", 12, "-", "加法"),
    ("age_months % :young_months >= 1", 12, "%", "条件只能用"),
    (f"{KNOWN}; drop table features", 28, ";", "一个条件"),
    (f"{KNOWN} -- 总是", 29, "--", "note"),
    (f"{KNOWN} /* 总是 */", 29, "/*", "note"),
    (f"{KNOWN} # 总是", 29, "#", "note"),
    ("name_barred_word = '' or '1' = '1'", 26, "'1'", "rules/parameters"),
    ("name_barred_word = '金''融'", 23, "'融'", "引号要成对"),
    ("name_barred_word = 'a\\' or 1=1", 20, "'", "引号要成对"),
    ("name_barred_word = 'a", 20, "'", "引号要成对"),
    ('"referral_complaints_1y" >= 1', 1, '"', "单引号"),
    ("name_barred_word = E'\\n'", 21, "'", "引号要成对"),
    ("name_barred_word in (x'41')", 22, "x", ""),
    ("referral_complaints_1y ＞＝ 1", 24, "＞＝", "半角的 >="),
    ("referral_complaints_1y ≥ 1", 24, "≥", "半角的 >="),
    ("（referral_complaints_1y >= 1）", 1, "（referral_complaints_1y", "半角的 (referral_complaints_1y"),
    ("referral_complaints_1y\u3000>= 1", 23, "\u3000", "全角空格"),
    ("referral_complaints_1y >= １", 27, "１", "半角的 1"),
    ("name_barred_word = ‘’", 20, "‘’", "半角的 ''"),
    ("name_barred_word = “理财”", 20, "“理财”", "半角的 '理财'"),
    ("referral_cоmplaints_1y >= 1", 11, "оmplaints_1y", "“о”看着像英文字母"),
    ("referral_complaints_1y\u200b >= 1", 23, "\u200b", "看不见的字符"),
    ("case when age_months >= 1 then true else false end", 1, "case", "无法判断"),
    ("coalesce(age_months, 0) >= 1", 1, "coalesce", "无法判断"),
    ("age_months is null", 12, "is", "无法判断"),
    ("age_months = null", 14, "null", "无法判断"),
    ("x -> x >= 1", 3, "->", "函数"),
    ("lambda x: x", 9, ":", "冒号后面紧接参数名"),
    ("age_months::int >= 1", 11, "::", "转换类型"),
    ("cast(age_months as int) >= 1", 1, "cast", "条件只能用"),
    ("age_months as a >= 1", 12, "as", "条件只能用"),
    ("features.age_months >= 1", 9, ".", "条件只能用"),
    ("age_months age_months >= 1", 12, "age_months", "括号"),
    (f"{KNOWN}, age_months", 28, ",", "括号"),
    ("age_months >= 99999999999999999999999999", 15, "99999999999999999999999999", "最多 15 位"),
    ("age_months >= 1e400", 15, "1e400", "最多 15 位"),
    ("age_months >= 24", 15, "24", "rules/parameters"),
    ("name_barred_word = '理财'", 20, "'理财'", "rules/parameters"),
    ("referral_complaints_1y = 1", 1, "referral_complaints_1y", ">="),
    ("referral_complaints_1y in (1, 1)", 1, "referral_complaints_1y", ">="),
    ("latest_referral_complaint_age_days <= 1", 1, "latest_referral_complaint_age_days", "ages_with"),
    ("name_barred_word >= 1", 1, "name_barred_word", "条件只能用"),
    ("age_months = ''", 14, "''", "条件只能用"),
    ("age_months", 1, "age_months", "条件只能用"),
    ("age_months and is_charity_fund", 1, "age_months", "条件只能用"),
    ("age_months >= 1 >= 0", 1, "age_months", "条件只能用"),
    ("not age_months + 1", 5, "age_months", "条件只能用"),
    ("age_months in 1", 1, "age_months", "条件只能用"),
    ("age_months in ()", 1, "age_months", "条件只能用"),
    ("* >= 1", 1, "*", ""),
    ("age_months >=", 12, ">=", "括号"),
    ("(age_months >= 1", 16, "1", "括号"),
    ("age_months >= 1)", 16, ")", "括号"),
    ("age_months == 1", 12, "==", "一个等号"),
    ("age_months <> 1", 12, "<>", "!="),
    ("(" * 5000 + "age_months >= 1" + ")" * 5000, None, None, "拆成几条"),
    ("(" * 40 + "age_months >= 1" + ")" * 40, 13, "(", "拆成几条"),
    ("not " * 40 + "is_charity_fund", 49, "not", "拆成几条"),
    ("age_months" + "+age_months" * 150 + " >= 1", 1101, "age_months", "拆成几条"),
    (MANY, None, None, "拆成几条"),
    ("", None, None, "括号"),
    ("   ", None, None, "括号"),
]


@pytest.mark.parametrize(("text", "position", "word", "hint"), CONDITIONS, ids=lambda value: str(value)[:40])
def test_a_condition_that_is_none_is_refused_at_its_character(
    probed: Path, text: str, position: int | None, word: str | None, hint: str
) -> None:
    replaced(probed / FILE, WHEN, f"  when: {json.dumps(text, ensure_ascii=False)}\n")
    refused, seconds = refusal(probed)
    where = refused.where
    assert (where["file"], where["line"], where["rule"], where["key"]) == (FILE, WHEN_LINE, RULE, "when")
    assert (where.get("position"), where.get("word")) == (position, word)
    assert refused.message.startswith(f"{FILE} 第 {WHEN_LINE} 行：规则 {RULE} “when” ")
    assert position is None or f"第 {position} 个字符" in refused.message
    assert refused.hint and hint in refused.hint
    assert seconds < 30  # a parser that blows up takes far longer; a busy machine does not
    assert len(refused.message) < 200


def test_a_fault_in_the_second_step_is_found_there(probed: Path) -> None:
    steps = "  steps:\n    - {when: referral_complaints_1y >= :few_insured, points: 20}\n    - {when: 'referral_complaints_1y > = 1', points: 5}\n"
    replaced(probed / FILE, WHEN + "  points: 20\n", steps)
    where = refusal(probed)[0].where
    assert (where["line"], where["key"], where["position"]) == (9, "steps.1.when", 26)


# File, what is replaced by what, and then: line (None: not looked at), rule, key, and what message or hint must say.
KEYS: list[tuple[str, str, str, int | None, str | None, str | None, str]] = [
    (FILE, "  points: 20", "  pionts: 20", 8, RULE, "pionts", "是不是 points？"),
    (FILE, "{source: 法释2022-5, article", "{sorce: 法释2022-5, article", 11, RULE, "basis.0.sorce", "是不是 source？"),
    (FILE, "  group: SOC", "  group: SOX", 6, RULE, "group", "是不是 SOC（"),
    (FILE, "  group: SOC\n", "", None, RULE, "", "缺少“group”"),
    (FILE, "element: public", "element: pubic", 5, RULE, "element", "是不是 public（社会性）？"),
    (FILE, "element: public", "element: 社会性", 5, RULE, "element", "是不是 public（社会性）？"),
    (FILE, "dimension: spread", "dimension: spraed", 4, RULE, "dimension", "是不是 spread（传播力）？"),
    ("sectors/gold_shop.yaml", "[gold_shop]", "[gold_shops]", None, "GLD-01", "sectors.0", "是不是 gold_shop（黄金饰品店）？"),
    ("sectors/gold_shop.yaml", "[gold_shop]", "[]", None, "GLD-01", "sectors", "至少写一项"),
    (FILE, "status: active", "status: aktive", None, RULE, "status", "是不是 active（启用）？"),
    (FILE, "article: 第十三条", "article: [第十三条]", None, RULE, "basis.0.article", "应是文字"),
    (FILE, "source: 法释2022-5", "source: 法释2022-6", 11, RULE, "basis.0.source", "是不是 法释2022-5（"),
    (FILE, "complaint_half_life_days", "complaint_halflife_days", 9, RULE, "half_life", "是不是 complaint_half_life_days（"),
    (FILE, "ages_with: latest_referral", "ages_with: latest_referal", 10, RULE, "ages_with", "是不是 latest_referral_complaint_age_days（"),
    (FILE, "近一年{referral_complaints_1y}", "近一年{referal_complaints_1y}", 12, RULE, "evidence", "是不是 referral_complaints_1y（"),
    (FILE, "近一年{referral_complaints_1y}", "近一年{referral_complaints_1y", 12, RULE, "evidence", "花括号没有成对"),
    (FILE, "近一年{referral_complaints_1y}", "近一年{}", 12, RULE, "evidence", "只能写指标名"),
    (FILE, "近一年{referral_complaints_1y}", "近一年{referral_complaints_1y:>999999999}", 12, RULE, "evidence", "花括号里冒号后"),
    (FILE, "近一年{referral_complaints_1y}", "近一年{referral_complaints_1y.__class__}", 12, RULE, "evidence", "没有指标或参数"),
    (FILE, "{referral_complaints_1y: 2, expect: hit}", "{referal_complaints_1y: 2, expect: hit}", 16, RULE, "examples.0.referal_complaints_1y", "是不是 referral_complaints_1y（"),
    (FILE, "{referral_complaints_1y: 2, expect: hit}", "{referral_complaints_1y: 许多, expect: hit}", 16, RULE, "examples.0.referral_complaints_1y", "应是数字"),
    (FILE, "{referral_complaints_1y: 2, expect: hit}", "{referral_complaints_1y: 2, sector: pawnshp, expect: hit}", 16, RULE, "examples.0.sector", "是不是 pawnshop（典当行）？"),
    (FILE, "{referral_complaints_1y: 2, expect: hit}", "{referral_complaints_1y: 2, expect: hits}", None, RULE, "", "expect"),
    (FILE, "points: 20", "points: -20", 8, RULE, "points", "大于 0"),
    (FILE, "points: 20", "points: .inf", 8, RULE, "points", "不超过 1000"),
    (FILE, "points: 20", "points: .nan", 8, RULE, "points", "不超过 1000"),
    (FILE, "points: 20", "points: 9" + "9" * 300, 8, RULE, "points", "不超过 1000"),
    (FILE, "points: 20", "points: 0.01", 8, RULE, "points", "一位小数"),
    (FILE, "points: 20", "points: many", 8, RULE, "points", "数字"),
    (FILE, "- id: SOC-91", "- id: 'X\" , (select 1) as \"Y'", 2, None, "id", "写法不对"),
    (FILE, "- id: SOC-91", PROBE + "- id: SOC-91", 20, "SOC-91", "id", "重复"),
    ("parameters/returns.yaml", "value: 0.06", "value: .nan", 2, None, "return_doubtful_annual.values.0.value", "不能小于 0"),
    ("parameters/returns.yaml", "value: 0.06", "value: 1.0e+300", 2, None, "return_doubtful_annual.values.0.value", "不能大于"),
    ("parameters/returns.yaml", "value: 0.06", "value: -1", 2, None, "return_doubtful_annual.values.0.value", "不能小于 0"),
    ("parameters/returns.yaml", "from: 2010-01-01", "form: 2010-01-01", 2, None, "return_doubtful_annual.values.0.form", "是不是 from？"),
    ("parameters/complaints.yaml", "value: 180", "value: 0", None, None, "half_life", "不能是 0"),
    ("grades.yaml", "cut_offs:", "cut_off:", None, None, "cut_off", "是不是 cut_offs？"),
    ("grades.yaml", "all_of: [[JUD-05], [RET]]", "all_of: [[JUD-05], [RETT]]", None, None, "combinations.3", "是不是 RET（承诺回报）？"),
    ("legal_basis.yaml", "title:", "titel:", None, None, None, "是不是 title？"),
    ("sectors.yaml", "pawnshop:", "pawnshp:", None, None, None, "是不是 pawnshop（典当行）？"),
    ("lexicon.yaml", "label:", "lable:", None, None, None, "是不是 label？"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line", "rule", "key", "said"), KEYS, ids=lambda value: str(value)[:40])
def test_a_wrong_key_word_or_number_is_named(
    probed: Path, file: str, old: str, new: str, line: int | None, rule: str | None, key: str | None, said: str
) -> None:
    replaced(probed / file, old, new)
    refused, seconds = refusal(probed)
    where = refused.where
    if file != "parameters/complaints.yaml":
        assert where["file"] == file and f"{file} 第 " in refused.message
    assert isinstance(where["line"], int) and line in (None, where["line"])
    assert rule is None or where["rule"] == rule
    assert key is None or where.get("key", "") == key
    assert said in refused.message + refused.hint
    assert seconds < 30  # a parser that blows up takes far longer; a busy machine does not


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
# What becomes of a whole file, the line it is refused at, and what message or hint must say.
FILES: list[tuple[Callable[[str], Any], int, str]] = [
    (lambda text: BOMB, 1, "不能用 & 和 * 引用"),
    (lambda text: text.replace("points: 20", "points: *a", 1), 8, "不能用 & 和 * 引用"),
    (lambda text: text.replace("points: 20", "points: !!python/object/apply:os.system ['id']", 1), 8, "不能用标签"),
    (lambda text: text.replace("points: 20", "points: !!int '20'", 1), 8, "不能用标签"),
    (lambda text: text.replace("points: 20", "points: 20\n  points: 40", 1), 9, "“points”写了两次"),
    (lambda text: text.replace("points: 20", "<<: {points: 20}", 1), 8, "名称"),
    (lambda text: text.replace("points: 20", "? [points]\n  : 20", 1), 8, "名称"),
    (lambda text: text.replace("  points: 20", "\tpoints: 20", 1), 8, "不要用 Tab 键"),
    (lambda text: text.replace("points: 20", "points：20", 1), 9, "半角的“:”"),
    (lambda text: text.replace("points: 20", "points: [20", 1), 9, "成对"),
    (lambda text: text.replace("points: 20", "points: 20\x07", 1), 8, "控制字符"),
    (lambda text: text.replace("status: active", "effective_from: 2026-02-30", 1), 14, "不是正确的数字或日期"),
    (lambda text: text.replace("points: 20", "points: 1" + "0" * 5000, 1), 8, "不是正确的数字或日期"),
    (lambda text: text.replace("points: 20", "points: 20\n---\n", 1), 9, "不是正确的 YAML"),
    (lambda text: text + "\n- " + "[" * 100_000, 0, "层以上"),
    (lambda text: text.encode("gb18030"), 1, "UTF-8"),
    (lambda text: text.encode("utf-16"), 1, "UTF-8"),
    (lambda text: text.encode() + b"# \xff\xfe", 0, "UTF-8"),
    (lambda text: "rules:\n" + text.replace("\n", "\n  "), 1, "应是清单"),
    (lambda text: "看什么、凭什么", 1, "应是清单"),
    (lambda text: "- 看什么\n", 1, "名称: 内容"),
    (lambda text: "", 1, "文件是空的"),
    (lambda text: "# 只有注释\n", 1, "文件是空的"),
]


@pytest.mark.parametrize(("become", "line", "said"), FILES, ids=lambda value: str(value)[:20] if isinstance(value, str) else "")
def test_a_file_that_is_no_list_of_rules_is_refused_by_its_line(
    probed: Path, become: Callable[[str], Any], line: int, said: str
) -> None:
    path = probed / FILE
    content = become(path.read_text(encoding="utf-8"))
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    refused, seconds = refusal(probed)
    assert refused.where["file"] == FILE
    assert refused.where["line"] == (line or path.read_bytes().count(b"\n") + 1)
    assert said in refused.message + refused.hint
    assert seconds < 30  # a parser that blows up takes far longer; a busy machine does not


def test_what_notepad_does_to_a_file_changes_nothing(probed: Path) -> None:
    before, path = read_rulebook(probed).version, probed / FILE
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_rulebook(probed).version == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (WHEN, "  when: read_csv('/etc/passwd') = ''\n", [FILE, "第 7 行", RULE, "when", "第 1 个字符", "read_csv", "函数"]),
        (WHEN, "  when: '[/red] >= 1'\n", [FILE, "第 7 行", RULE, "第 1 个字符", "[ "]),
        ("  points: 20", "  pionts: 20", [FILE, "第 8 行", RULE, "pionts", "是不是 points？"]),
    ],
)
def test_the_command_says_so_and_ends_with_two(
    probed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], old: str, new: str, said: list[str]
) -> None:
    replaced(probed / FILE, old, new)
    monkeypatch.setenv("SCREENING_RULES", str(probed))
    for words in (["rules", "check"], ["rules", "check", "--json"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2
        shown = capsys.readouterr()
        assert all(word in shown.err for word in said), shown.err
        assert "Traceback" not in shown.err
    document = json.loads(shown.out)
    assert set(document) == {"error", "hint", "where"}
    assert document["where"]["file"] == FILE
