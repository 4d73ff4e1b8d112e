"""Every sentence intake says to a user, in one place, so that wording can be reviewed at a glance.

Problems of cells carry no value (the value stands beside them), so that equal problems can be counted.
"""

# --- a file that cannot be read: (message, hint) ---
TOO_LARGE = ("文件超过 512 MB，未读取", "请按月份或街道拆分后再导入")
EMPTY_FILE = ("文件是空的，一个字节也没有", "请重新导出后再导入")
NO_ROWS = ("文件里没有数据行", "请核对是否导出了空表，或数据是否在另一个文件里")
NO_NAMES = ("表里没有名称列，也没有内容列", "表头须有 name（名称）或 text（内容），另可有 id、address、street、phone。")
NO_HEADER = (
    "没有找到表头，认不出哪一列是名称、信用代码或内容",
    "请保留表头行（如“企业名称”“统一社会信用代码”）；列名特别的，可在看板“上传资料”里选好种类、逐列指定",
)
ENCRYPTED = ("工作簿设有打开密码，无法读取", "请去掉密码另存后再导入")
DAMAGED = ("文件已损坏或不完整，无法读取", "请重新导出或重新传输后再导入")
BOMB = ("文件解压后过大，疑似压缩炸弹，未读取", "请核实文件来源；确为正常数据的，请拆分后另存为 csv")
TOO_MANY_CELLS = (
    "表格范围过大（超过 4000 万格），未读取",
    "常见原因是在表格最末行或最末列误留了内容，请删去空白区域后另存",
)
STRAY_CELL = (
    "表格末尾有零星内容，把范围撑到上千万格，未读取",
    "请按 Ctrl+End 找到误留内容，删去其间空行空列后另存",
)
TOO_MANY_LINES = ("文件超过 500 万行，未读取", "请按月份或街道拆分后再导入")
MONSTROUS_CELL = (
    "有单元格内容异常长，疑似引号未配对或不是表格文件",
    "请检查文件中的引号，或另存为 xlsx 后再导入",
)
NOT_TEXT = ("文件内容是二进制数据，不是表格", "请导入 xlsx、xls、ods、csv 或网页表格")
BINARY_WORKBOOK = ("文件是 xlsb 二进制工作簿，暂不支持", "请在 Excel 中另存为 xlsx 后再导入")
UNREADABLE = ("文件无法打开", "请确认文件存在且有权限读取")
BAD_XML = ("网页或 XML 表格的内容不完整，无法读取", "请重新导出，或另存为 xlsx 后再导入")


def really_is(what: str) -> tuple[str, str]:
    """The content is something else than its name says."""
    return f"文件实际上是 {what}，不是表格", "请导入 xlsx、xls、ods、csv 或网页表格；图片和扫描件请先录成表格"


def looks_like(asked: str, guess: str | None) -> tuple[str, str]:
    """The kind asked for does not fit the columns found."""
    instead = f"看起来像“{guess}”" if guess else "也认不出是哪一类表"
    return (
        f"表中没有“{asked}”必需的列，{instead}",
        "请改用正确的种类，或让程序自己识别（命令行写 auto）；种类没错的，可在看板“上传资料”里逐列指定",
    )


def source_is_of(source: str, kind: str) -> tuple[str, str]:
    """The source's mapping is for another kind than the one asked for."""
    return f"来源“{source}”的列对应关系只用于“{kind}”", "请改用该种类，或不指定来源"


# --- sheets ---
SHEET_EMPTY = "空表"
SHEET_INSTRUCTIONS = "说明页"
SHEET_HIDDEN = "隐藏工作表"
SHEET_NO_ROWS = "只有表头，没有数据"
SHEET_UNRECOGNISED = "这张工作表有内容但认不出表头，没有读取"
ABOVE_HEADER = "表头以上还有几行内容，没有读取"
SHEET_OTHER_KIND = "这张工作表没有所要种类的必需列，没有读取"
SKIPPED = {
    "total": "合计行",
    "note": "备注行",
    "title": "标题行",
    "header": "重复表头",
    "numbered": "只有序号的空行",
}

# --- rejected rows ---
NAMES_NOBODY = "没有名称，也没有可用的信用代码或注册号，不知道说的是谁"
SAYS_NOTHING = "标题和内容都是空的，没有说任何事"

# --- findings: identity ---
NO_CODE = "没有统一社会信用代码"
NO_CODE_COLUMN = "本表没有统一社会信用代码列，主体只能凭名称或注册号识别"
CODE_CHECK_DIGIT = "统一社会信用代码校验位不符，未采用"
CODE_MISREAD = "统一社会信用代码校验位不符，可能把数字误写成字母（0-O、1-I、5-S、2-Z、U-V），请人工核对，未采用"
CODE_LENGTH = "统一社会信用代码不是18位，未采用"
CODE_SPOILT = "代码被 Excel 改成数字，末尾几位已丢失，未采用"
CODE_IS_OLD_NUMBER = "信用代码栏填的是旧注册号，已作注册号"
CODE_NONE = "不是统一社会信用代码，未采用"
NUMBER_IS_CODE = "注册号栏填的是统一社会信用代码，已作信用代码"
NUMBER_NONE = "不像注册号，未采用"
NAME_NONE = "名称没有文字，未采用"

# --- findings: dates ---
DATE_IMPOSSIBLE = "日历上没有这一天，未采用"
DATE_NONE = "认不出日期，未采用"
DATE_FUTURE = "日期晚于收到日期，未采用"
DATE_PLACEHOLDER = "疑为系统占位日期，未采用"
DATE_MONTH_ONLY = "只有年月，按当月1日记"
DATE_YEAR_ONLY = "只有年份，未采用"
DATE_AMBIGUOUS = "日和月的次序不明，按“月/日/年”记"
PERIOD_NONE = "认不出报告期，未采用（可写 2026-09、2026年三季度、2026年9月末）"
PERIOD_YEAR_ONLY = "只有年份，不知是哪一期，未采用（年度报表请写 2026年度）"
PERIOD_FROM_FIRST = "写的是当月1日，按当月月末记"
PERIOD_NOT_AN_END = "报告期须是月末，这是月中的一天，未采用"
PERIOD_FUTURE = "报告期在收到日还没有结束，未采用"
DATE_OPEN_ENDED = "此处不能填“长期”，未采用"

# --- findings: amounts and numbers ---
MONEY_NONE = "认不出金额，未采用"
MONEY_FOREIGN = "外币金额，未折算成人民币，未采用"
MONEY_RANGE = "金额是一个范围，未采用"
MONEY_TOO_LARGE = "金额过大，未采用"
MONEY_IMPLAUSIBLE = "没有注明单位，按默认单位折算后大得不合理，未采用"
NEGATIVE = "不应为负数，未采用"
NUMBER_RANGE = "是一个范围，未采用"
NUMBER_UNCLEAR = "认不出数字，未采用"
NUMBER_FRACTION = "应为整数，未采用"
NUMBER_TOO_LARGE = "数字过大，未采用"
YEAR_NONE = "不是合理的年份，未采用"
SHARE_OUT_OF_RANGE = "比例不在0到100%之间，未采用"
SHARE_ASSUMED = "没有写百分号，按百分数理解"

# --- findings: codes and the rest ---
BOOLEAN_NONE = "认不出“是”或“否”，未采用"
CODE_UNKNOWN = "不在已知取值之内，未采用"
ROW_TOO_WIDE = "本行比表头多出内容，可能有未加引号的分隔符"
QUOTES_BROKEN = "引号未配对，已按行读取"
BYTES_BROKEN = "有字符无法识别，显示为“�”"


def unit_assumed(unit: str) -> str:
    """A column's numbers came without a unit."""
    return f"表头没有注明单位，按“{unit}”折算"


def further_rows(count: int, problem: str) -> str:
    """The line that stands for findings not listed one by one."""
    return f"另有 {count} 行同样问题：{problem}"


def with_count(problem: str, count: int) -> str:
    """A finding on a whole column, with the number of rows concerned."""
    return f"{problem}（涉及 {count} 行）"
