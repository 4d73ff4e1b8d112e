"""What each sector looks like in the register: name patterns, legal forms, scopes, capital, numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trade:
    """One way to be in a sector. `pattern` makes the name; capital choices are in 万元."""

    pattern: str
    short: str
    industry: tuple[str, str]
    scope: str
    capital: tuple[float, ...]
    individual: bool = False
    cooperative: bool = False
    weight: int = 1


COUNTS = {
    "microlender": 60,
    "pawnshop": 90,
    "gold_shop": 350,
    "investment": 180,
    "elder_care": 60,
    "prepaid_card": 160,
    "cooperative": 40,
    "private_fund": 30,
    "crypto": 20,
    "other": 510,
}

_SHOP = (2.0, 3.0, 5.0, 8.0, 10.0)
_FIRM = (50.0, 100.0, 200.0, 300.0, 500.0)
_JEWEL = ("5245", "珠宝首饰零售")
_GOLD_SCOPE = "黄金饰品零售；珠宝首饰加工、修理"


def _shop(word: str, code: str, industry: str, scope: str, weight: int = 1) -> Trade:
    return Trade("霞山区{z}" + word, "{z}" + word, (code, industry), scope, _SHOP, individual=True, weight=weight)


def _firm(word: str, code: str, industry: str, scope: str, weight: int = 1) -> Trade:
    return Trade("湛江市{z}" + word + "有限公司", "{z}" + word, (code, industry), scope, _FIRM, weight=weight)


TRADES: dict[str, tuple[Trade, ...]] = {
    "microlender": (
        Trade(
            "湛江市霞山区{z}小额贷款有限公司",
            "{z}小贷",
            ("6635", "小额贷款公司服务"),
            "办理各项小额贷款；其他经批准的业务",
            (5000.0, 10000.0, 20000.0),
        ),
    ),
    "pawnshop": (
        Trade("湛江市{z}典当有限公司", "{z}典当", ("6633", "典当"), "动产质押典当业务", (300.0, 500.0), weight=2),
        Trade(
            "湛江市{z}典当有限公司",
            "{z}典当",
            ("6633", "典当"),
            "动产质押典当业务；房地产抵押典当业务",
            (500.0, 800.0, 1000.0),
            weight=2,
        ),
        Trade(
            "湛江市{z}典当有限责任公司",
            "{z}典当行",
            ("6633", "典当"),
            "动产质押典当业务；财产权利质押典当业务；房地产抵押典当业务",
            (1000.0, 2000.0, 5000.0),
            weight=3,
        ),
    ),
    "gold_shop": (
        _shop("打金店", *_JEWEL, _GOLD_SCOPE, weight=6),
        _shop("金店", *_JEWEL, "黄金饰品、银饰品零售", weight=3),
        _shop("金行", *_JEWEL, "金银首饰零售；旧金银饰品收购", weight=2),
        _shop("首饰加工店", "8192", "其他日用产品修理业", "首饰来料加工、修理、清洗", weight=3),
        _shop("黄金回收店", "5245", "珠宝首饰零售", "金银饰品回收、零售", weight=1),
        _firm("珠宝", *_JEWEL, "珠宝首饰零售；工艺美术品销售", weight=2),
        _firm("首饰", "5146", "首饰、工艺品及收藏品批发", "首饰批发；珠宝首饰制造", weight=1),
    ),
    "investment": (
        _firm("商务咨询", "7249", "其他专业咨询与调查", "商务信息咨询；企业登记代理", weight=4),
        _firm("企业管理咨询", "7243", "社会经济咨询", "企业管理咨询；市场营销策划", weight=4),
        _firm("财税咨询", "7241", "会计、审计及税务服务", "代理记账；税务咨询", weight=3),
        _firm("投资咨询", "7243", "社会经济咨询", "投资咨询（不含证券、期货，不得吸收公众存款）", weight=2),
        _firm("投资管理", "7212", "投资与资产管理", "以自有资金从事投资活动；不得从事金融业务", weight=1),
        _firm("信息咨询服务", "7249", "其他专业咨询与调查", "信息咨询服务；社会经济咨询", weight=2),
    ),
    "elder_care": (
        _firm("养老服务", "8514", "老年人、残疾人养护服务", "机构养老服务；养老护理培训", weight=3),
        _firm("康养", "8514", "老年人、残疾人养护服务", "健康养护服务；家政服务", weight=2),
        _shop("长者日托中心", "8514", "老年人、残疾人养护服务", "老年人日间照料服务"),
    ),
    "prepaid_card": (
        _shop("健身馆", "8930", "健身休闲活动", "健身服务；体育用品零售", weight=3),
        _shop("美容院", "8051", "理发及美容服务", "生活美容服务", weight=4),
        _shop("理发店", "8051", "理发及美容服务", "理发服务", weight=4),
        _shop("洗车行", "8111", "汽车修理与维护", "洗车服务；汽车用品零售", weight=2),
        _firm("教育培训", "8391", "职业技能培训", "文化艺术培训；体育培训", weight=2),
        _firm("超市", "5212", "超级市场零售", "食品、日用品零售", weight=2),
    ),
    "cooperative": (
        Trade(
            "湛江市霞山区{z}种植专业合作社",
            "{z}合作社",
            ("0141", "蔬菜种植"),
            "组织成员种植、销售蔬菜；提供技术服务",
            (30.0, 50.0, 100.0),
            cooperative=True,
        ),
        Trade(
            "湛江市霞山区{z}水产养殖专业合作社",
            "{z}合作社",
            ("0411", "海水养殖"),
            "组织成员养殖、销售水产品；采购农资",
            (50.0, 100.0, 200.0),
            cooperative=True,
        ),
    ),
    "private_fund": (
        Trade(
            "湛江市{z}股权投资合伙企业（有限合伙）",
            "{z}股权",
            ("6732", "天使投资"),
            "以自有资金从事股权投资",
            (1000.0, 3000.0),
            weight=2,
        ),
        _firm("创业投资", "6731", "创业投资基金", "创业投资（限投资未上市企业）", weight=3),
    ),
    "crypto": (
        _firm("数字科技", "6513", "应用软件开发", "软件开发；数字内容制作服务", weight=3),
        _firm("区块链技术", "6519", "其他软件开发", "区块链技术相关软件和服务", weight=1),
        _firm("文化艺术", "8810", "文艺创作与表演", "组织文化艺术交流活动；工艺美术品销售", weight=2),
    ),
    "other": (
        _shop("便利店", "5213", "便利店零售", "预包装食品、日用百货零售", weight=5),
        _shop("五金店", "5271", "五金零售", "五金产品零售", weight=3),
        _shop("茶庄", "5227", "酒、饮料及茶叶零售", "茶叶零售", weight=3),
        _shop("手机维修部", "8192", "其他日用产品修理业", "通讯设备修理", weight=3),
        _shop("水果店", "5223", "果品、蔬菜零售", "水果零售", weight=4),
        _shop("寄卖行", "5295", "旧货零售", "旧货寄售服务", weight=2),
        _shop("烟酒行", "5227", "酒、饮料及茶叶零售", "酒类零售", weight=3),
        _shop("快餐店", "6220", "快餐服务", "餐饮服务", weight=4),
        _firm("房产中介", "7030", "房地产中介服务", "房地产经纪", weight=3),
        _firm("二手车", "5261", "汽车新车零售", "二手车经纪；汽车销售", weight=2),
        _firm("保险代理", "6850", "保险代理服务", "保险代理业务", weight=1),
        _firm("旅行社", "7291", "旅行社及相关服务", "旅游业务", weight=1),
        _firm("建材", "5283", "陶瓷、石材装饰材料零售", "建筑材料销售", weight=2),
        _firm("保健食品", "5225", "营养和保健品零售", "保健食品销售", weight=2),
    ),
}
