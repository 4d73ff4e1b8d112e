"""The model: whether it scores, what it learned line by line, from what, how well it does, and for whom it says little."""

import altair as alt
import pandas as pd
import streamlit as st

from screening.access import Document
from screening.learning.card import RULES_ONLY, bins, chances, limits
from screening.learning.schooling import still_needed
from screening.model.publishing import current, find_model, status
from screening.rulebook.rule import TENTHS
from screening.store.sight import require_district
from screening.ui.charts import FILLS, INK, OUTLINE, PAPER
from screening.ui.parts import plain_table, show_first_steps
from screening.ui.session import open_session
from screening.ui.text import moment, plain
from screening.vocabulary import Grade

BAR, HEIGHT = FILLS[Grade.BLUE][0], 30

session = open_session()
workspace, actor = session.workspace, session.actor
require_district(workspace, actor, Document.RULEBOOK)
found, version = status(workspace), current(workspace)
st.title("模型")
st.markdown(
    "模型从以往上门的结果学来，给每户 0–30 分，逐行可读，加到规则分上。它只说明与查出过问题的主体相像，不作认定；仅凭模型分不得采取措施。"
)
if found.active:
    st.success(f"现在启用模型 {found.active}，评分是规则分加模型分。")
else:
    st.info(f"现在{RULES_ONLY}：评分里没有模型分。")
if found.waiting:
    st.warning(plain(f"模型 {found.waiting.version} 在等批准，提请的是 {found.waiting.done_by}。"))

if not workspace.register.runs():
    show_first_steps(len(workspace.register.batches()))
    st.stop()
if version is None:
    short = still_needed(workspace, actor=actor)
    st.markdown(plain(f"{RULES_ONLY}：{short}。" if short else "结果已经够了，请处非办用 model train 训练。"))
    st.stop()

card = find_model(workspace, version)
learned = card.learned
st.header(f"模型卡 {version}")
st.markdown(plain(str((learned.get("judged") or {}).get("sentence", "没有检验结果"))))
plain_table(
    [
        {
            "有结果的上门": str(learned.get("outcomes", "未知")),
            "其中查出问题": str(learned.get("finds", "未知")),
            "随机对照": str(learned.get("controls", "未知")),
            "评分日": "、".join(learned.get("days", [])) or "未知",
        }
    ]
)
st.markdown(plain(f"分值与查出机会：{chances(card)}"))
st.subheader("对谁说不准")
for sentence in limits(card):
    st.markdown(plain(f"· {sentence}"))

st.subheader("学到了什么")
for number, line in enumerate(card.lines):
    shape = bins(card, number)
    way = "大" if line.is_rising else "小"
    with st.expander(plain(f"{line.label}：越{way}分越高，最多 {line.highest / TENTHS:g} 分"), expanded=number == 0):
        table = pd.DataFrame([{"取值": one.values, "分值": one.points} for one in shape])
        chart = alt.Chart(table).mark_bar(color=BAR, stroke=OUTLINE, strokeWidth=0.7)
        st.altair_chart(
            chart.encode(
                x=alt.X("分值:Q", title="加多少分", axis=alt.Axis(labelColor=INK, titleColor=INK)),
                y=alt.Y("取值:N", sort=None, title=None, axis=alt.Axis(labelColor=INK)),
            ).properties(height=HEIGHT * len(shape) + 40, background=PAPER)
        )
        plain_table(
            [
                {
                    "取值": one.values,
                    "分值": f"{one.points:g}",
                    "现有主体": "未知" if one.entities is None else str(one.entities),
                    "上过门": "未知" if one.visited is None else str(one.visited),
                    "查出": "未知" if one.found is None else str(one.found),
                }
                for one in shape
            ]
        )

if found.steps:
    st.subheader("谁做了什么")
    plain_table(
        [
            {
                "版本": step.version,
                "做了什么": step.step.label,
                "谁": step.done_by,
                "什么时候": moment(step.done_at),
                "说明": step.note,
            }
            for step in found.steps
        ]
    )
