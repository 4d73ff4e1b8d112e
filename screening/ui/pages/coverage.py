"""Who was never looked at, who is looked at twice, whom to visit next."""

import streamlit as st

from screening.access import Document, Scope
from screening.follow_up import doubles_seen, planned_visits
from screening.reference.rights import scope_of
from screening.scoring.coverage import Class, coverage
from screening.scoring.limits import limits_on
from screening.scoring.ranking import find_run, ranked
from screening.scoring.visit_plan import CONTROL, Wanted, bound_of_miss, plan_visits
from screening.scoring.visits import all_visits
from screening.ui import words
from screening.ui.parts import errors_shown_here, plain_table, show_first_steps
from screening.ui.session import open_session
from screening.ui.text import called, points

LINES_SHOWN = 50

session = open_session()
workspace, actor = session.workspace, session.actor
st.title("覆盖和上门")
runs = workspace.register.runs()
if not runs:
    show_first_steps(len(workspace.register.batches()))
    st.stop()
run = find_run(workspace)
names = {entity.entity_id: called(entity.name) for entity in ranked(workspace, run, actor=actor)}
planned = planned_visits(workspace)

if scope_of(actor, Document.RANKING, workspace.settings.rules) is Scope.DISTRICT:
    found = coverage(workspace, session.today, planned, actor=actor)
    st.header(f"应查尽查：{len(found.members)} 户")
    st.markdown(words.COVERAGE_EXPLAINED.format(visit=found.visit_fresh_days, listed=found.list_fresh_days))
    for column, class_ in zip(st.columns(len(Class)), Class, strict=True):
        column.metric(class_.label, f"{found.by_class[class_]} 户", border=True)
    st.dataframe(
        [
            {
                "街道": line.street or words.UNKNOWN_STREET,
                "行业": line.sector.label,
                **{class_.label: line.by_class[class_] for class_ in Class},
                "合计": line.total,
            }
            for line in found.lines
        ],
        hide_index=True,
    )

st.header("重复上门")
st.markdown(words.DOUBLES_EXPLAINED)
doubles = doubles_seen(workspace, session.today, actor=actor)
if doubles:
    plain_table(
        [
            {
                "主体": names.get(double.entity_id, double.entity_id),
                **{
                    title: f"{call.day} {call.unit}{'（计划）' if call.is_planned else ''}"
                    for title, call in (("先", double.earlier), ("后", double.later))
                },
                "相隔": f"{double.days_apart} 天",
            }
            for double in doubles[:LINES_SHOWN]
        ]
    )
    if len(doubles) > LINES_SHOWN:
        st.caption(f"共 {len(doubles)} 处，此处列出最近 {LINES_SHOWN} 处。")
else:
    st.markdown("没有。")

if scope_of(actor, Document.RANKING, workspace.settings.rules) is not Scope.DISTRICT:
    st.stop()
st.header("上门计划")
st.markdown(words.PLAN_EXPLAINED)
left, right = st.columns(2)
number = left.number_input("一共上门多少户", min_value=1, value=20, step=1, key="plan.visits")
control = right.slider("其中随机对照占几成", 0.0, 0.5, 0.1, 0.05, key="plan.control", format="percent")
if st.toggle("排计划", key="plan.show"):
    with errors_shown_here():
        plan = plan_visits(workspace, run, Wanted(int(number), control=control), planned, actor=actor)
        within = int(limits_on(workspace, run.as_of, "outcome_days")["outcome_days"])
        missed = bound_of_miss(plan, all_visits(workspace), within) if plan.controls else None
        expected = plan.expected
        if expected.expected is None:
            st.info("预计查出：未知，还没有这些等级的上门结果可参照。")
        else:
            st.info(f"预计查出约 {expected.expected:.1f} 户（{expected.low:.1f}–{expected.high:.1f}）。")
        if missed:
            st.info(f"没有排上的 {missed.among} 户里，有问题的至多约 {missed.at_most} 户（95% 上限）。")
        plain_table(
            [
                {
                    "序": str(stop.number),
                    "缘由": "随机对照" if stop.why == CONTROL else "按名次",
                    "主体": called(stop.entity.name),
                    "街道": stop.entity.street or words.UNKNOWN_STREET,
                    "等级": stop.entity.grade.label,
                    "风险分": points(stop.entity.score),
                }
                for stop in plan.stops
            ]
        )
        if plan.skipped:
            with st.expander(f"跳过 {len(plan.skipped)} 户及原因"):
                plain_table([{"主体": called(one.entity.name), "为什么": one.reason} for one in plan.skipped[:LINES_SHOWN]])
