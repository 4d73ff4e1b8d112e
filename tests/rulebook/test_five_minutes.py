"""The README's five minutes, carried out to the letter: its YAML pasted where it says, its commands typed as they stand."""

import re
import shlex
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from screening.cli import main
from screening.rulebook.book import read_rulebook
from screening.settings import PROJECT_ROOT
from tests.promises.world import Rows, write_csv

pytestmark = pytest.mark.slow

CODE = "91440803MA9010033J"
SHOP: Rows = [{"企业名称": "霞山区虚乙打金店", "统一社会信用代码": CODE, "成立日期": "2020-01-01"}]
CHANGES: Rows = [
    {"统一社会信用代码": CODE, "变更事项": "法定代表人", "变更前": "虚某甲", "变更后": "虚某乙", "变更日期": "2026-06-01"}
]
COMPLAINTS: Rows = [
    {"工单编号": f"X{n}", "统一社会信用代码": CODE, "诉求内容": f"我投了{n}万元，说好保本保息，现在提不了现", "受理时间": "2026-09-20", "求助号码": f"1380000000{n}"}
    for n in (1, 2)
]  # fmt: skip
PROGRAM = ".venv/bin/screening"
MAY_WARN = {"compare"}  # ends with 1 where a rule lifts many


def section() -> str:
    text = (PROJECT_ROOT / "rules" / "README.md").read_text(encoding="utf-8")
    return text.split("## 五分钟加一条规则")[1].split("\n## ")[0]


def blocks(kind: str) -> list[str]:
    found = re.findall(rf"^ *```{kind}\n(.*?)^ *```$", section(), re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


def test_a_rule_is_added_as_the_readme_says(
    own_rules: Path, workspace_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("SCREENING_RULES", str(own_rules))

    def typed(*words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(words)
        shown = capsys.readouterr()
        assert ended.value.code in ((None, 0, 1) if MAY_WARN & set(words) else (None, 0)), (words, shown.out, shown.err)
        return shown.out

    for kind, rows in (("entities", SHOP), ("changes", CHANGES), ("complaints", COMPLAINTS)):
        typed("load", kind, str(write_csv(tmp_path / f"{kind}.csv", rows)), "--as-of", "2026-09-30")
    typed("score", "--as-of", "2026-10-31")
    typed("user", "add", "fuzeren", "--name", "虚负责", "--unit", "区处非办", "--role", "chief")  # as the sample has them
    known = set(read_rulebook(own_rules).rules)

    pasted = [paste(block, own_rules) for block in blocks("yaml")]
    assert pasted == ["parameters/complaints.yaml", "complaints.yaml"]
    (added,) = set(read_rulebook(own_rules).rules) - known
    said = carry_out(typed)
    assert f" {added} " in said["compare"] and "新增" in said["compare"]
    assert "0 个不符" in said["test"]
    assert read_rulebook(own_rules).version in said["approve"]
    (name,) = (rule.name for rule in read_rulebook(own_rules).rules.values() if rule.id == added)
    assert name in said["explain"]
    assert "近一年更换法定代表人1次，近90天有2件涉资金投诉" in said["explain"]


def paste(block: str, rules: Path) -> str:
    """Add a block at the end of the file its first line names."""
    named = re.match(r"# rules/(\S+)\n", block)
    assert named, "the first line of a block says where it belongs"
    path = rules / named[1]
    path.write_text(path.read_text(encoding="utf-8") + block[named.end() :], encoding="utf-8")
    return named[1]


def carry_out(typed: Callable[..., str]) -> dict[str, str]:
    """Type every command in order, the version number and the entity filled in; what each printed, by its verb."""
    said: dict[str, str] = {}
    for line in filter(None, "\n".join(blocks("bash")).splitlines()):
        program, *words = shlex.split(line)
        assert program == PROGRAM
        if "版本号" in words:
            found = re.search(r"rules approve (\w+)", said["propose"])
            assert found
            words[words.index("版本号")] = found[1]
        words = [CODE if word == "主体编号" else word for word in words]
        said[words[1] if words[0] == "rules" else words[0]] = typed(*words)
    assert list(said) == ["check", "test", "compare", "propose", "approve", "score", "explain"]
    return said
