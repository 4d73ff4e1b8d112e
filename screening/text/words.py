"""The words of a reading: which way money flows, kinds of expression, and what both are called in Chinese."""

from typing import Literal

Direction = Literal["invest", "borrow", "none", "unknown"]

DIRECTION_LABELS: dict[str, str] = {"invest": "投入", "borrow": "借款", "none": "无关", "unknown": "不能确定"}

_KINDS = {
    "fixed_payback": "定额返还", "amortised": "返还含本金", "multiple": "翻倍、倍增", "x_to_y": "由少变多", "gold_gram": "以克返还",
    "gold_price": "每克补贴", "gold_discount": "每克优惠提货", "buyback": "溢价回购", "commission": "拉人佣金", "prepaid_bonus": "充值赠送",
    "rate_tiered": "分段利率", "rate_once": "没有期限的比例", "rate_monthly_default": "没有期限的利率（按月计）", "pawn_fee": "典当费率", "penalty_daily": "逾期罚息",
    "repayment": "还款", "mortgage": "按揭首付", "discount": "打折", "promotion": "满减", "fee": "费用", "purity": "成色", "benchmark": "银行利率作比较",
    "price_move": "行情涨跌", "growth": "经营比例", "share": "一般比例", "shareholding": "持股比例", "warning": "提醒防范的话", "denied": "被否定的说法",
}  # fmt: skip
_PERIODS = {
    "daily": "日", "weekly": "周", "ten_days": "旬", "monthly": "月", "quarterly": "季", "half_year": "半年", "half_month": "半月", "annual": "年",
    "ndays": "数天期", "nmonths": "数月期", "nyears": "数年期",
}  # fmt: skip


def kind_label(kind: str) -> str:
    """月利率, 年利率（区间）, 每万元日返 …: what an officer calls a kind of expression."""
    if kind in _KINDS:
        return _KINDS[kind]
    family, _, rest = kind.partition("_")
    period, _, tail = rest.partition("_")
    if family == "per":  # per_wan_daily
        return f"每万元{_PERIODS.get(tail, '')}返"
    period = next((label for code, label in _PERIODS.items() if rest.startswith(code)), "")
    suffix = "（区间）" if rest.endswith("_range") else "（保底）" if rest.endswith("_floor") else ""
    return f"{period}利率{suffix}"
