"""What is hidden in a complaint, what stays, and that hiding twice changes nothing."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from screening.text.masking import mask_personal

CODE = "91440800MA0000001" + uscc.calc_check_digit("91440800MA0000001")
CODE_OF_FIGURES = "914408031922000003"
SPACED_CODE = " ".join(CODE_OF_FIGURES[at : at + 4] for at in range(0, 18, 4))
IDENTITY = "44080319800101123" + ric.calc_check_digit("44080319800101123" + "0")

HIDDEN = {
    # mobile numbers
    "请回电13800005678，谢谢": "请回电138****5678，谢谢",
    "电话138 0000 5678或139-0000-1234": "电话138****5678或139****1234",
    "电话138-000-05678": "电话138****5678",
    "手机：+86 13800005678。": "手机：+86 138****5678。",
    "(+86)138-0000-5678": "(+86)138****5678",
    "8613800005678": "86138****5678",
    "１３８００００５６７８是老板的": "138****5678是老板的",
    "13800005678/13900001234、15000009999": "138****5678/139****1234、150****9999",
    "13800005678微信同号": "138****5678微信同号",
    "13800005678wx同号，tel13900001234": "138****5678wx同号，tel139****1234",
    "转了5万元到13800005678支付宝": "转了5万元到138****5678支付宝",
    "1.13800005678 2.13900001234": "1.138****5678 2.139****1234",
    # landlines
    "门店座机0759-1234567": "门店座机0759-****67",
    "(0759)1234567转801": "(0759)****67转801",
    "广州020-12345678，北京01012345678": "广州020-****78，北京010****78",
    # identity cards
    "身份证440803198001011234": "身份证440*************34",
    "证号：44080319800101123x。": "证号：440*************3X。",
    "440803 19800101 1234": "440*************34",
    "4408 0319 8001 0112 3X": "440*************3X",
    "老证440803800101123": "老证440**********23",
    "本人" + IDENTITY: "本人440*************" + IDENTITY[-2:],
    # bank cards
    "打到6222020000001234567的卡": "打到****4567的卡",
    "卡号6222 0200 0000 1234": "卡号****1234",
    "卡号6222-0200-0000-1234-567": "卡号****4567",
    "卡号622202 0000001234567": "卡号****4567",
    "6222020000001234万先生": "****1234万先生",
    # chat accounts
    "加微信号zhang_san88进群": "加微信号zh****88进群",
    "微信：abc12345，QQ号：10001000": "微信：ab****45，QQ号：10****00",
    "微信号：13800005678": "微信号：138****5678",
    "VX laowang666": "VX la****66",
    "13800005678wx laowang666": "138****5678wx la****66",
    "微信号abcdefg": "微信号ab****fg",
    # names that say they are names
    "身份证姓名：张三，": "身份证姓名：张某，",
    "联系人：欧阳小明 13800005678": "联系人：欧某 138****5678",
    "联系人: 李四电话13800005678": "联系人: 李某电话138****5678",
    "紧急联系人：王小明反映店门已关": "紧急联系人：王某反映店门已关",
    "联系人：赵六": "联系人：赵某",
}
KEPT = [
    f"信用代码{CODE}的公司",
    f"信用代码{CODE.lower()}",
    f"信用代码{CODE_OF_FIGURES}",
    f"信用代码{SPACED_CODE}",
    "工单GD20261012345678已转办",
    "工单GD13800005678、YB202610121234567890",
    "投了1200000元，共1,200,000.00元",
    "注册资本13800005678元",
    "注册资本￥13800005678",
    "募资13800005678万元",
    "2026-10-12 08:30至20261012，2019-2020-2021-2022年",
    "打过12345、12315、110、96110和95588",
    "客服400-123-4567",
    "注册号440803600123456",
    "流水号1234567890123456789012345678",
    "比例0.30000000000000004，日息0.0005",
    "微信群里发的，微信支付50000元，微信 200000元",
    "微信20261012发的通知，微信 WeChatPay 到账",
    "QQ群里有300人",
    "联系人：不详",
    "联系人：张某，身份证姓名：李某某",
    "我叫张三，老板叫李四",
    "存10万每月返2000，月息2分，年化12%",
    "",
]


@pytest.mark.parametrize(("before", "after"), HIDDEN.items())
def test_personal_numbers_are_hidden(before: str, after: str) -> None:
    assert mask_personal(before) == after
    assert mask_personal(after) == after


@pytest.mark.parametrize("text", KEPT)
def test_everything_else_stays(text: str) -> None:
    assert mask_personal(text) == text


def test_an_identity_whose_code_check_happens_to_hold_is_still_hidden() -> None:
    start = ("1101011980", "5101011980")
    bodies = (f"{head}{month:02}{day:02}{n:03}" for head in start for month in (1, 12) for day in (1, 28) for n in range(999))
    both = [b + ric.calc_check_digit(b + "0") for b in bodies if ric.calc_check_digit(b + "0") == uscc.calc_check_digit(b)]
    assert both
    assert not any(number in mask_personal(f"证号{number}") for number in both)


SCRAPS = ["138", "0759", "6222", "1980", "0101", "12345678", "+86", "****", "wx", "QQ", "微信号", "联系人：", "万元", "abc"]
PIECES = st.sampled_from([*HIDDEN, *HIDDEN.values(), *KEPT, *SCRAPS, *"元*-X张三某.（１23号， \n"])


@given(st.lists(PIECES, max_size=12).map("".join))
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask_personal(text)
    assert mask_personal(once) == once


@given(st.text(alphabet="0123456789 -*Xx+86微信号Qwq联系人：张三某元.", max_size=60))
def test_masking_twice_changes_nothing_in_noise(text: str) -> None:
    once = mask_personal(text)
    assert mask_personal(once) == once


@given(st.integers(0, 10**9), st.sampled_from(["", "信用代码：", "（", "电话13800005678，代码"]))
def test_no_valid_credit_code_is_hidden(seed: int, lead: str) -> None:
    picked = random.Random(seed)
    body = picked.choice(["91", "92", "93"]) + "440803" + "".join(picked.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=9))
    code = body + uscc.calc_check_digit(body)
    assert code in mask_personal(f"{lead}{code}。")
