## 工作台
desk = 工作台
nav-search = 检索
sign-out = 退出
keys-head = 键盘
keys-help = 看所有按键

sign-in = 登录
sign-in-head = 工作人员登录
sign-in-lead = 查看个人信息会留下记录。
sign-in-help = 忘记密码请找本单位的安全管理员重设。消费者查进度不用登录。
login = 用户名
password = 密码
first-head = 建立第一位管理员
first-lead = 这个链接只能用一次。建好后请用新账号登录，再建立机构和人员。

## 列表
col-case = 诉求
col-clock = 时限
col-kind = 类别
col-state = 状态
col-unit = 机构
col-channel = 来源
col-received = 收到
no-unit = 未分送
urgent = 紧急
late-word = 超期
filter-q = 查找
filter-go = 筛选
filter-from = 从哪天起

## 案件页
my-cases = 我的案件
narrative = 内容
request = 诉求：
parties = 当事人
facts = 情况
evidence = 凭证
clocks = 时限
notes = 备注
notes-none = 还没有备注。备注只给工作人员看。
note-add = 写备注
note-go = 保存备注
acts = 现在可以做
acts-none = 这个阶段您没有要做的事。
blocked = 现在不能做
papers = 文书
siblings = 同一来件的其他诉求
reveal = 显示（会留痕）

split-head = 分开办理
split-lead = 一件来件里既有投诉又有举报的，分别处理（《办法》第九条）。把属于每一部分的文字放进各自的框里。
split-text = 属于这一部分的文字
split-take = 放入选中的文字
split-take-help = 在上面选中文字，再点下面某一部分的按钮。
split-after = 分开后各有各的编号、时限和文书；举报部分不会出现在投诉一方的任何页面上。
split-go = 分开

search-how = 按编号、姓名、电话、店名或内容里的任意几个字查找。看不到的不会出现在结果里。
search-start = 输入要找的字
search-start-text = 任意几个字都行，不分简繁、全角半角和大小写。
search-none = 没有找到
search-none-text = 少写几个字，或去掉筛选条件再试。
filter-clear = 清除筛选

approvals = 待批
approvals-none = 没有要批的
approvals-none-text = 承办人提出后会出现在这里。
col-asked = 申请
col-reason = 理由
col-by = 申请人
col-decide = 审批

## 督导
overview = 总览
overview-by-unit = 各机构各状态
overview-none = 还没有诉求

## 管理
units = 机构
units-lead = 机构变动从某一天起生效，不改动以前的记录。
units-add = 新增机构
col-level = 层级
col-parent = 上级
col-organ = 机关
people = 人员
people-add = 新增人员
people-once = { $login } 的临时密码
people-once-note = 只显示这一次。请当面交给本人，首次登录后修改。
col-name = 姓名
col-roles = 角色
col-last = 最近登录
access = 查阅记录
access-lead = 谁在什么时候看过哪件诉求的哪些个人信息。记录逐条相连，不能修改。
access-q = 人员或编号
access-none = 没有记录
col-at = 时间
col-who = 谁
col-what = 看了什么
col-seq = 序号
notices = 放假安排
notices-lead = 国务院办公厅的放假通知决定哪天是工作日。没有通知的年份，日期是暂定的。
notices-load = 载入通知
notices-preview = 将有 { $n } 个时限变动
notices-none-move = 没有时限会变动
notices-none = 还没有载入任何通知
col-which-clock = 时限
col-from = 原为
col-to = 改为
col-year = 年份
col-number = 文号
col-days = 天数
col-loaded = 载入
verify = 校验
verify-lead = 重算每件诉求，比对每一列，检查每条链和整棵树。
verify-last = 最近的签名
verify-size = 树的大小
verify-head = 树头
verify-external = 外送树头
verify-never = 校验在服务器上运行 fangxin verify，结果显示在终端
col-checked = 检查项
col-n = 数量
col-found = 发现
account = 我的账号
account-password = 修改密码
account-sessions = 已登录的设备
session-this = 本机
session-other = 其他
session-since = { $since } 登录，{ $last } 用过
session-end = 退出这台
