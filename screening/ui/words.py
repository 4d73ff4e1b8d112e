"""Every sentence of the dashboard that more than one line of code may need, in one place, so that wording can be reviewed at a glance."""

from screening.vocabulary import Element, Grade

APP_TITLE = "防非筛查"
LOOPBACK_ONLY = "本看板只在这台电脑上能打开。"
SIGN_IN_TITLE = "登录"
SIGN_IN = "登录"
SIGN_OUT = "退出登录"
LOGIN = "账号"
PASSWORD = "密码"
SIGN_IN_HELP = "第一个管理员的一次性密码显示在运行看板的窗口里。忘了密码，请系统管理员重设。"
SIGN_IN_BY_SSO = "用单位统一认证登录"
NO_SSO = "没有接统一认证，请用账号和密码登录。"
SSO_FAILED = "统一认证没有通过或连不上，请稍后再试，或用账号和密码登录。"
FORM_TOO_OLD = "页面放得太久了，请再填一次。"
PASSWORDS_DIFFER = "两次输入的新密码不一样。"
CHANGE_PASSWORD = "修改密码"
OLD_PASSWORD, NEW_PASSWORD, NEW_PASSWORD_AGAIN = "原来的密码", "新密码", "再输一次新密码"
MUST_CHANGE = "现在用的是一次性密码，改成自己的密码后才能继续。"
PASSWORD_RULES = "至少 {shortest} 个字符，不要用账号、姓名或容易猜的词。可以用一句自己记得住的话。"
DISCLOSURE_EXPLAINED = (
    "姓名、电话平时遮挡。确需查看的，写明理由，由另一位负责人批准，看一次；谁、什么时候、看了哪一户、为什么、谁批准，都留记录。"
)
DISCLOSURE_WAITS = "已提请，等另一位负责人在“我的账号”里批准。"
NOT_YOUR_ROOM = ("这一页不在你的职责范围内", "左边列出的是你能用的页。")
NO_ROOM = "这个角色在看板里没有业务页面。"
ONLY_REGISTRATION = "这一户没有移送或会商给本单位，只能看登记资料。"
NOT_A_FINDING = "系统只提示风险线索，不作认定。是否违法，由有权部门调查后决定。"
NO_HIT_IS_NOT_SAFE = "现有资料没有提示。没有提示不等于没有问题。"
RED_LINE_MARK = "（红线）"  # behind a grade
RED_LINE = "命中红线规则，须人工确认。仅凭红线，系统只提到橙；是否按红处理，由人决定。"
NEW_LINE = "  \n"  # Markdown's line break within a paragraph
UNVERIFIED = "待核"
INTERNAL_ERROR = (
    "程序内部出错，这一页没能打开。",
    "资料没有丢失，可以先用其他页。请把出错的时间告诉维护人员，详情在运行看板的窗口里。",
)
NAMELESS = "（无名称）"
UNKNOWN_STREET = "未知街道"
NEVER_VISITED = "无记录"
NO_RUN = "还没有评分结果"
FIRST_STEPS = (
    "第一步：到“上传资料”，把市场监管、街道和12345给的表格拖进去，不用先整理格式。",
    "第二步：看回执，每一行收没收、为什么，都写在上面。",
    "第三步：点“开始评分”，再到“核查次序”看先去哪一家。",
)
NOT_YET_SCORED = "已经有 {count} 份资料入库，还没有评分。请到“上传资料”页点“开始评分”。"

UPLOAD_EXPLAINED = (
    "可以一次放多个文件：Excel（xlsx、xls、ods）、csv、网页表格。不用改表头，也不用另存格式。\n\n"
    "大的文件要读一会儿，可以先去做别的，关掉网页也照样读。文件只在这台电脑上读取，读完即删；入库的是读出来的每一行，并记下它在哪个文件、哪张表、第几行。"
    "举报人的姓名和电话不进入任何名单、评分和导出，只加密另存，查看须写明理由并留记录。同一个文件重复上传，不会多出任何记录。"
)
DROP_HERE = "把文件拖到下面的框里，或点框里的按钮（Upload）选择文件"
RECEIVED_HELP = "评分只看截止日期及以前收到的资料。补交以前月份的文件时，请填实际收到的日期。"
KIND_HELP = "一般选“自动识别”。只有认错了，才需要自己指定。"
AUTO = "自动识别"
PREVIEW_ONLY = "这是预览，还没有入库。核对无误后点“入库”。列读错了的，可以在下面改。"
CHOOSE_AGAIN = "这是先前的预览。要入库，请在上面再选一次文件。"
FIRST_CHOOSE = "选好文件后，这里会出现“先预览”和“入库”两个按钮。"
AGAIN_WITH_COLUMNS = "按改过的对应再预览"
COLUMNS_CHANGED = "列的对应已经改过，请先再预览一次，看过读出来的前几行再入库。"
CORRECT_COLUMNS = "改列的对应"
CORRECT_COLUMNS_HELP = (
    "左边引号里是表中的列名，从下拉框里选它应读作哪一列；用不上的选“不用”，原文仍保留。入库后会记住，下次表头相同的文件照样读。"
)
CHOOSE_KIND_FIRST = "程序认不出这是哪一种表。请在第一步选“表格的种类”，再点“先预览”，就能逐列指定。"
NOT_USED = "不用（只保留原文）"
AS_LAST_TIME = "按上次的对应读：{columns}。{by}于 {at} 定的。"
FORGET_COLUMNS = "忘掉上次的对应"
FORGOTTEN = "已忘掉。以后表头相同的文件由程序自己认。"
CORRECTED_BY_HAND = "人工改过列的对应：{columns}。"
RETURNED_HELP = "就是退回的那几行，列和原表一样，最左一列用红字写着原因。补好直接再上传即可。举报人的姓名、电话不写出来，补报时请对照原表填回。"
MAY_CLOSE = "可以先去做别的，也可以关掉网页；回到这一页就能看到进度和结果。"
DONE_BY_ANOTHER = "由另一台服务器在做。做完后，入库的资料在本页最下面，评分结果在核查次序里；回执和演练结果只在那一台上看得到。"
WAITING_FOR_TURN = "等前面的做完"
BROKEN_OFF = "{about}（{begun} 开始）中断了：程序中途停过。没有写进半份资料，请再做一次。"
UNDERSTOOD = "知道了"
RECONCILES = "每个文件都对得上：读入 = 接收 + 拒收 + 重复。"
REJECTED_MEANS = "拒收的行没有入库：没写是哪一家，或投诉没有内容。补上后再上传这些行即可。"
UNKNOWN_IS_NOT_SAFE = (
    "下面的事项因缺资料无法判断。不知道不等于没有，补上资料后分值可能上升。每项单独算；同类有上限，合计最多再加 {points}。"
)
FINDING_MEANS = "提示的行已经入库，只是个别格子没有采用或作了换算，原文保留。"
SCORE_HELP = "按截止日期重新计算全部主体，一般不到一分钟。以前的评分结果都保留。"

GRADE_MEANING = {
    Grade.RED: "最先核查",
    Grade.ORANGE: "尽快核查",
    Grade.YELLOW: "安排核查",
    Grade.INSUFFICIENT: "不等于安全",
    Grade.BLUE: "暂无突出线索",
}
ELEMENT_QUESTION: dict[Element | None, str] = {
    Element.ILLEGALITY: "有没有许可、是否超出许可",
    Element.INDUCEMENT: "有没有承诺还本付息或给回报",
    Element.PUBLIC: "是不是面向不特定的人",
    Element.PUBLICITY: "有没有公开宣传",
    Element.DISTRESS: "有没有兑付困难、失联等迹象",
    Element.GENERAL: "登记、变更等其他情况",
    None: "同一类理由的分值设有上限，超出部分在这里扣回",
}
CAPS = "上限扣回"
LINK_METHODS = {
    "uscc": "按信用代码对上",
    "reg_no": "按注册号对上",
    "name_exact": "按名称对上",
    "name_in_text": "正文写有名称",
    "name_fuzzy": "名称相近，旁证一致",
    "address": "按地址对上",
    "phone": "按电话对上",
    "manual": "人工认定",
    "waiting": "可能是某一家，待人认定",
    "none": "看不出是哪一家，未对上",
}
UNLINKED = ("waiting", "none")
MARK_COLOURS = {
    "LURE": "orange", "INVEST_ACT": "green", "DISTRESS": "red", "PUBLICITY": "blue", "SOCIAL": "violet", "ILLEGAL": "red", "GOLD": "orange", "BORROW": "gray",
}  # fmt: skip
MARKS_EXPLAINED = "颜色只是提示：橙色是利诱和黄金业务，绿色是投入资金，红色是困境和无许可，蓝色是公开宣传，紫色是拉人，灰色是借款；加粗的是读出的回报或费率。"
REVIEW_EXPLAINED = "下面的投诉没有写清是哪一家，系统只列出可能的几家，由人来认。没有认定之前，这些投诉不计入任何主体的分值。判断都留名留时间，可以撤销，重新上传名单也不会丢。"
PAIRS_EXPLAINED = (
    "下面两条登记可能是同一家，例如一份名单有信用代码、另一份没有。认定后两条合在一起评分；各自的编号不变，撤销后照旧分开。"
)
NOBODY_WAITS = "没有待认的投诉。"
INDEX_EXPLAINED = (
    "左边一栏是系统提示（红、橙）的户数占比，右边一栏是近一年现场查见问题的户数占已核查户数的比，两者分开，不混成一个数。括号里是 95% 区间；按区间下限排，"
    "所以两户里的一户不会排在二百户里的三十户前面。"
)
DIMENSIONS_EXPLAINED = "同一个总分换一种分法：五个分指数，超过同组上限的部分已按比例扣掉，加起来仍是总分。"
MANUAL_EXPLAINED = "下面就是评分所用的规则本身，不是另写的说明：条件、分值、依据、数字都从规则文件里读出来。"
HEALTH_EXPLAINED = "命中是这次评分里命中的户数；常一起命中的，是这条规则的户里同时命中最多的另一条；查实是以前命中、之后 180 天内去核查过的户中，查见问题的户数，没有去过的不算数。"
DRIFT_EXPLAINED = "与上一次评分相比，每项资料的分布变了多少（PSI）：0.1 以下算稳定，0.25 以上要看看是不是换了来源、导出坏了。这说的是资料，不是风险。户数少于 50 时不作判断。"
EDIT_EXPLAINED = (
    "改的是规则文件的草稿。点“检查”把整个规则库连同示例跑一遍；存下的草稿不影响评分，要演练、提请，并由另一位同事批准后才启用。"
)
SAME_AS_ACTIVE = "草稿与现在启用的规则库一样，没有要提请的。"
REHEARSAL_EXPLAINED = "用两套规则把过去的月份各评一遍，看谁的等级会变、要多上门几户、每条规则表现如何。演练不改动任何评分。每个月只用当月月底以前收到的资料。"
RESTORING = "选的是以前的版本。演练并提请、由另一位同事批准后，就恢复这一版。"
RESTORE_CHOSEN = "已在上面“演练”里选好这一版。请按“演练”，看过结果再提请启用。"
OUTDATED = "下面的演练已经过时：演练之后规则改过。要提请启用，请重新演练。"
VISITS_EXPLAINED = "须上门的是红、橙、黄三级，每户一次。"
NO_REGRADED = "这个月没有主体改变等级。"
NO_STREET_MOVED = "各街道须上门的户数都没有变化。"
STREETS_MOVED = "只列出户数有变化的街道。"
RULES_EXPLAINED = (
    "按户月计：同一户在两个月都命中算两次。最相重是这条规则命中的户里，同时命中最多的另一条规则。"
    "查实率是命中后去核查过的户中查见问题的占比，覆盖率是查见问题的户中被这条规则命中的占比，括号里是 95% 区间；没有核查过的写“未知”，不当作没有问题。"
)
NO_STRIKING_RULE = "没有改动过或命中过多的规则。"
PROPOSAL_EXPLAINED = "提请会附上上面这次演练。须由另一位同事批准，批准后下一次评分起启用。"
GIVE_A_REASON = "请先写理由。"
REPLACES_WAITING = "现在已有一件在等批准；再提请，就由新的取代。"
APPROVER_EXPLAINED = "请看过所附演练再决定。提请的人不能自己批准。"
APPROVE_MODEL_EXPLAINED = "请看过下面的模型卡再决定。提请的人不能自己批准。批准后下一次评分起加分。"
PROPOSE_MODEL_EXPLAINED = "这一版在后期结果上胜过单用规则。提请后须由另一位同事批准，批准后下一次评分起加分。"
STOP_MODEL_EXPLAINED = "停用后，下一次评分起回到仅规则。停用不用另一人批准。"
TRAIN_EXPLAINED = "用到目前为止的上门结果训练一版并检验，存下来备查，不改变评分。每年一次，或累计新结果 200 户次后再做。"
MODEL_EXPLAINED = "模型从以往上门的结果学来，给每户 0–30 分，逐行可读，加到规则分上。它只说明与查出过问题的主体相像，不作认定；仅凭模型分不得采取措施。"
MODEL_DRIFT_EXPLAINED = "现在的主体和训练时像不像（PSI）：0.1 以下算稳定，0.25 以上先查是不是换了来源、导出坏了，再考虑重新训练。"
SHAPES_EXPLAINED = "每行一个指标：横着看取值由小到大，竖着看加多少分。只升或只降；未知不加分。"
MODEL_POINTS_EXPLAINED = "模型从以往上门的结果学来：下面每行是一项指标，菱形是本户所在的一档。各行加起来正好是模型分；只说明与查出过问题的主体相像，不作认定。"
MODEL_ADDS_NOTHING = "没有哪一行给本户加分。没有加分不等于没有问题。"
NOTHING_INSTALLED = "还没有启用过任何版本：第一次评分时，规则目录里的规则随程序启用。"
NOTHING_TO_RESTORE = "没有可以恢复的以前版本。"
PLACE_OF_DRAFT = "草稿与现在启用的规则库不同，还没有启用。请到上面的“演练与启用”先演练，再提请。"
WHAT_IF_EXPLAINED = "改几项登记内容，或者假设又来了一件投诉，看分值和等级会怎样。用现在启用的规则和这次评分截止日以前的资料试算；什么都不保存，名单和评分都不变。"
NO_REASON_CHANGED = "计分的理由都没有变化。"
WHAT_IF_COMPLAINT = "照群众会写的样子写一件投诉，例如：业务员说保本保息年化24%，现在提不了现"
KEYS_EXPLAINED = "键盘：1、2、3 是第几家，N 都不是，U 暂不能定，J 下一件；光标停在输入框里时不起作用。"
RECEIPT_COLUMNS = {
    "file": "文件", "kind": "种类", "rows_read": "读入", "accepted": "接收", "rejected": "拒收", "duplicate": "重复",
}  # fmt: skip
PROBLEM_COLUMNS = {"row": "行", "column": "列", "value": "原文", "problem": "问题", "sheet": "工作表"}
HERE = "现在："
CASE_PICTURE = "走到哪一步"
SESSIONS_EXPLAINED = (
    "要几个单位一起定的案件。每个单位各说意见，至少 {units} 个单位说过，负责人才能形成纪要；意见不一致的，写明分歧。"
)
SESSION_RECORDED = "纪要已成，等办理"
OWN_OPINION, OTHERS_OPINION = "本单位意见", "其他单位的意见或纪要"
CHECKED = "我已核对，确认“{step}”。这一步会对外发文或结束案件，办理后只能另行纠正，不能撤销。"
TICK_FIRST = "请先核对并打勾，再按按钮。"
SEND_OUT = "选几户一起派发核查"
SEND_OUT_EXPLAINED = "在表的左边勾选要派发的户，写上核查要点，一次派给各自的街道。还没有立案的会先立案。"
NO_STEP = "现在没有轮到您办的步骤。"
NOBODY_THERE = "这个街道还没有账号，请系统管理员建立。"
CLOCK_REQUESTS = {"extension": "延期", "pause": "暂停计时", "resume": "恢复计时"}
COVERAGE_EXPLAINED = (
    "每一户归入且只归入一类，合计等于登记的户数。{visit} 天内上过门算近期；超过 {listed} 天没有名单提到算资料陈旧。"
)
DOUBLES_EXPLAINED = "两个单位在一段时间内去过或打算去同一户，两边都看得到；同一天的可能是联合检查。"
PLAN_EXPLAINED = "按名次取前若干户，近期去过的、已有安排的跳过并写明原因；另随机抽一部分作对照，用来估计漏掉多少。"

OTHER_RULES = "换了规则库"
OTHER_RULES_EXPLAINED = "标着“换了规则库”的月份用的规则与上个月不同，户数的升降可能是规则改了，不一定是情况变了。"
TREND_EXPLAINED = "每个月取最后一次评分；条下面的数是户数。"
WHOLE_DISTRICT, ALL_SECTORS = "全区", "全部行业"
FUNNEL_EXPLAINED = "长条是走到过这一步的件数；有的案件不经过每一步，例如误报在初筛就关闭。重启的案件按重启以后算。"
CLOSED_UNVISITED = "已结的案件里，有 {count} 件没有上过门就结了。"
VISITED_EXPLAINED = "每格是上过门的户数占比（上过门/全部），按截至评分日收到的核查记录算。颜色越深，没去过的越多；有没有问题，没去过就不知道。点一格看名单。"
BARS_EXPLAINED = "点一下色块，看这些户的名单。"
UNKNOWN_STREET_LISTED = "街道不明的主体不能按街道筛选，请到“核查次序”里找街道写着“未知街道”的。"
NOTHING_WAITS = "现在没有等您办的事。"
NOTHING_DUE = "没有逾期的，也没有快到期的。"
TASK_SHEET = "看任务单 →"
NO_ADDRESS = "没有登记地址，请问处非办。"
SEARCH = "查主体、案件"
SEARCH_BUTTON = "查找"
SEARCH_PLACEHOLDER = "名称、代码、地址、负责人"
SEARCH_EXPLAINED = (
    "写企业名称、招牌、曾用名、字号、信用代码、注册号、地址或案件编号的一部分，至少两个字；查负责人须写全名，只写姓查不到。"
    "全角半角、繁体简体、空格括号不影响。名单刚上传、还没有评分的，评分后才查得到。"
)
NOTHING_FOUND = "没有找到“{text}”。"
FOUND_BY_BRAND = "没有哪一户写着“{text}”，下面是名称里有“{brand}”的。"
NO_LONGER = "（以前的名单）"
ADDRESS_UNKNOWN = "没有资料"
NO_LICENCE = "许可名单里没有这一户"
LICENCES_UNKNOWN = "没有收到许可名单，不知道"
NO_OPEN_CASE = "没有在办的"
TAB_REASONS, TAB_TIMELINE, TAB_TIES, TAB_HISTORY = "理由", "时间线", "关联", "分值变化"
TAB_COMPLAINTS, TAB_WHAT_IF, TAB_REGISTRATION, TAB_MODEL = "投诉原文", "假如", "登记资料", "模型分"
TIMELINE_EXPLAINED = (
    "投诉、变更、处罚和异常、许可、核查、宣传、案件办理排在一条线上，最近的在前。只列您能看的，举报人是谁不在其中。"
)
NO_MOMENTS = "没有可以列出的记录。"
TIES_EXPLAINED = (
    "同一法定代表人、股东、电话、邮箱、门牌房号的主体和涉非案件，最多隔一户。很多户共用的号码、地址和常见姓名不算关联。"
)
TIES_NOT_KEPT = "这次评分没有保存关联。重新评分后可以看。"
NO_TIES = "没有发现与别的主体或涉非案件有关联。没有发现不等于没有关联。"
TIES_DRAWN = "关联图，与本户相连的有 {count} 个；每一条都写在图下面。"
TIES_LEGEND = "粗框是本户；方框颜色是等级，紫色是涉非案件；虚线是只有姓名相同、待核的。图可以用鼠标滚轮放大、拖动。"
SAME_NAME_ONLY = "（同名，待核）"
HISTORY_EXPLAINED = "最近十二次评分。每一次与前一次相比，哪些理由新增、不再命中、加重或减轻，加起来正好是分值的变化。"
ONLY_ONE_RUN = "这一户只评过一次分，还没有变化可看。"
OTHER_BOOK = "两次评分之间换过规则库版本，有的变化可能是规则改了，不是主体变了。"
