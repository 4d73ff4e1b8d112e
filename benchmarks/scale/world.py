"""N invented entities with 0.3 N complaints, 0.5 N changes and 0.1 N penalties, registered as batches of a workspace without any file having been read.

The same seed gives the same rows. People, roads and telephone numbers are in proportion, too: in a larger city an entity is tied to as many others as in a
small one. What only loading needs (settled keys, receipts, who complained) is left out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import duckdb

from screening.reference.columns import stored_schema
from screening.store.workspace import Workspace
from screening.vocabulary import Kind

AS_OF = date(2026, 10, 31)
SHARES = {Kind.ENTITIES: 1.0, Kind.COMPLAINTS: 0.3, Kind.CHANGES: 0.5, Kind.PENALTIES: 0.1}
_ROWS_PER_GROUP = 20_480
_MACROS = """
CREATE MACRO chance(n, salt, top) AS (hash(n, salt, getvariable('seed')) % top)::BIGINT;
CREATE MACRO pick(n, salt, words) AS words[1 + chance(n, salt, len(words))];
CREATE MACRO day(n, salt, back) AS DATE '2026-10-31' - chance(n, salt, back)::INTEGER;
CREATE MACRO stem(n) AS substr('甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥虚拟', 1 + (n % 24)::INTEGER, 1);
CREATE MACRO word(n) AS stem(n) || stem(n // 24) || stem(n // 576) || stem(n // 13824) || stem(n // 331776);
CREATE MACRO body(n) AS '91440803MA' || lpad(n::VARCHAR, 7, '0');
CREATE MACRO checked(b) AS b || substr('0123456789ABCDEFGHJKLMNPQRTUWXY', 1 + ((31 - list_sum(list_transform(range(17), lambda i:
    (position(substr(b, i::INTEGER + 1, 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1) * [1,3,9,27,19,26,16,17,20,29,25,13,8,24,10,30,28][i + 1])) % 31) % 31)::INTEGER, 1);
CREATE MACRO code(n) AS checked(body(n));
CREATE MACRO form(n) AS ['典当有限公司','小额贷款有限公司','打金店','投资咨询有限公司','商贸有限公司','餐饮店','养老服务有限公司','百货商行','科技有限公司','建材经营部'][1 + (n % 10)::INTEGER];
CREATE MACRO firm(n) AS CASE WHEN n % 3 = 0 THEN '湛江市霞山区' ELSE '湛江市' END || word((n * 7919) % 7962624) || form(n);
CREATE MACRO street(n) AS pick(n, 'street', ['解放','爱国','工农','友谊','新兴','海滨','建设','东新','新园','海头']) || '街道';
CREATE MACRO person(n, salt) AS pick(n, salt, ['虚','拟','甄','贾','辛','壬','戚','谢','邹','喻']) || word(chance(n, salt, getvariable('entities') * 7 // 10));
CREATE MACRO road(n) AS stem(n // 13824) || stem(n // 576) || stem(n // 24) || stem(n) || '路';
CREATE MACRO door(n) AS CASE WHEN chance(n, 'cluster', 30) = 0 THEN n // 4 * 4 ELSE n END;
"""
_SELECTED = {
    Kind.ENTITIES: """
        SELECT code(n) AS entity_id, code(n) AS uscc, firm(n) AS name, CASE WHEN n % 5 = 0 THEN '个体工商户' ELSE '有限责任公司' END AS ent_type_name,
            CASE WHEN chance(n, 'status', 20) = 0 THEN '吊销，未注销' ELSE '存续' END AS reg_status, person(n, 'head') AS legal_rep_name,
            pick(n, 'capital', [100000, 500000, 3000000, 10000000, 50000000]) AS reg_capital_yuan, pick(n, 'paid', [0, 500000, 3000000]) AS paid_capital_yuan,
            day(n, 'founded', 7800) AS est_date, pick(n, 'trade', ['6633', '6635', '5245', '7249', '8514', '5299', '6210']) AS industry_code,
            pick(n, 'scope', ['动产质押典当业务', '办理各项小额贷款', '黄金饰品零售、加工、修理', '投资咨询；商务信息咨询；委托投资', '日用百货销售；食品销售', '餐饮服务', '老年人养护服务', '软件开发；技术服务'])
                || '；' || pick(n, 'scope2', ['技术推广服务', '会议及展览服务', '道路货物运输', '广告设计、制作', '物业管理']) AS scope,
            '湛江市霞山区' || street(door(n)) || road(chance(door(n), 'road', greatest(576, getvariable('entities') // 175)))
                || (1 + chance(door(n), 'door', 400)) || '号' || (101 + chance(door(n), 'room', 900)) || '房' AS address_reg,
            street(n) AS street_biz, '138' || lpad(((CASE WHEN chance(n, 'agent', 20) = 0 THEN n // 3 ELSE n END) * 7919 % 100000000)::VARCHAR, 8, '0') AS phone,
            CASE WHEN chance(n, 'former', 30) = 0 THEN '湛江市' || word((n * 104729) % 7962624) || '贸易有限公司' END AS former_names""",
    Kind.COMPLAINTS: """
        SELECT 'XG' || lpad(n::VARCHAR, 9, '0') AS source_no, day(n, 'received', 500)::TIMESTAMP + INTERVAL 9 HOUR AS received_at, '群众诉求' AS title,
            replace(pick(n, 'said', [
                '在{}买的戒指掉色，要求退货，店家不理', '向{}借了三万，利息太高，天天打电话催收', '{}门口施工噪音很大，晚上睡不着', '{}的饭菜有异物，要求赔偿',
                '{}欠薪两个月，要求核实处理', '{}业务员在微信群里说保本保息年化15%，介绍一个人给500元', '在{}存了十万元，说好每月返两千，现在老板联系不上']),
                '{}', CASE WHEN chance(n, 'names', 10) < 4 THEN firm(whom) ELSE '该店' END) || '。诉求：退还' || (100 + chance(n, 'sum', 90000)) || '元。' AS content,
            CASE WHEN chance(n, 'names', 10) BETWEEN 4 AND 8 THEN firm(whom) END AS name, '12345热线' AS source,
            lpad(chance(n, 'who', greatest(1000, getvariable('entities') // 5))::VARCHAR, 16, '0') AS complainant_key, street(whom) AS street_raw,
            false AS is_anonymous, chance(n, 'together', 50) = 0 AS is_collective""",
    Kind.CHANGES: """
        SELECT code(whom) AS uscc, firm(whom) AS name, pick(n, 'item', ['法定代表人变更', '注册资本变更', '名称变更', '住所变更', '经营范围变更', '股东变更']) AS item,
            CASE WHEN item = '注册资本变更' THEN '100万元' ELSE person(n, 'was') END AS before,
            CASE WHEN item = '注册资本变更' THEN '5000万元' ELSE person(n, 'became') END AS after, day(n, 'changed', 900) AS change_date""",
    Kind.PENALTIES: """
        SELECT code(whom) AS uscc, firm(whom) AS name, '虚罚' || n || '号' AS doc_no, pick(n, 'why', ['虚假宣传', '非法集资', '占道经营', '未公示年报']) AS reason,
            pick(n, 'what', ['罚款', '警告']) AS result, day(n, 'fined', 900) AS penalty_date""",
}


def make(workspace: Workspace, entities: int, seed: int) -> None:
    """Write and register the batches."""
    with _world(entities, seed) as connection:
        for kind, share in SHARES.items():
            _put(workspace, connection, kind, range(int(entities * share)), entities)


def make_later(workspace: Workspace, entities: int, seed: int, one_in: int) -> None:
    """Write and register what came in later, and concerns one in so many entities: complaints, changes, penalties in the same proportion."""
    with _world(entities, seed) as connection:
        for kind, share in SHARES.items():
            if kind is not Kind.ENTITIES:
                first = int(entities * share)
                _put(workspace, connection, kind, range(first, first + first // one_in), entities, "later")


@contextmanager
def _world(entities: int, seed: int) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"SET VARIABLE seed = {seed}")
        connection.execute(f"SET VARIABLE entities = {entities}")
        connection.execute(_MACROS)
        yield connection


def _put(
    workspace: Workspace,
    connection: duckdb.DuckDBPyConnection,
    kind: Kind,
    numbers: range,
    entities: int,
    delivery: str = "scale",
) -> None:
    batch_id = f"{delivery}-{kind.table}"
    path = workspace.home / "batches" / kind.value / f"{batch_id}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.register("_empty", stored_schema(kind).empty_table())
    connection.execute(f"""
        COPY (
            SELECT * FROM _empty UNION ALL BY NAME
            SELECT * EXCLUDE (n, whom), '表' AS sheet, (n + 2)::INTEGER AS row_no, '{{}}' AS raw, (hash(n, '{kind}') >> 1)::BIGINT AS row_hash, '{batch_id}' AS batch_id
            FROM (SELECT * FROM (SELECT n, chance(n, '{kind}', {entities}) AS whom FROM range({numbers.start}, {numbers.stop}) numbers(n)) seeds, LATERAL ({_SELECTED[kind]}))
        ) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_PER_GROUP})
    """)
    with workspace.register.writing() as transaction:
        workspace.register.add_batch(
            transaction, batch_id=batch_id, kind=kind.value, file_name=f"虚构{kind.label}-{delivery}.csv", file_sha256=batch_id, source=None,
            received=AS_OF, accepted=len(numbers), path=path.relative_to(workspace.home).as_posix(), receipt={},
        )  # fmt: skip
