"""The logs: who came in, what happened to accounts, who looked at personal details and why. No contents."""

import streamlit as st

from screening.accounts.logs import account_log, disclosure_log
from screening.reference.clock import moment
from screening.ui.parts import plain_table
from screening.ui.session import open_session

LINES_SHOWN = 200

session = open_session()
st.title("日志")
st.header("查看个人信息")
disclosed = disclosure_log(session.workspace, actor=session.actor)[:LINES_SHOWN]
if disclosed:
    plain_table(
        [
            {
                "时间": moment(line.at),
                "谁": f"{line.name}（{line.unit}）",
                "看了谁的": line.subject,
                "哪些项": "、".join(line.fields),
                "为什么": line.purpose,
                "谁批准": line.granted_by,
            }
            for line in disclosed
        ]
    )
else:
    st.markdown("没有。")
st.header("登录和账号")
lines = account_log(session.workspace, actor=session.actor)[:LINES_SHOWN]
plain_table(
    [
        {
            "时间": moment(line.at),
            "事项": line.label,
            "账号": line.login,
            "由谁": line.by,
            "来自": line.address,
            "说明": line.detail,
        }
        for line in lines
    ]
)
