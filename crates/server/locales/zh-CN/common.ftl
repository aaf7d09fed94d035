## 各页共用
brand = 放心
skip = 跳到正文
nav-label = 主导航
nav-file = 反映问题
nav-track = 查进度
type-large = 大字
type-normal = 标准字号
foot = 市场监督管理投诉举报
foot-desk = 工作人员登录
privacy = 个人信息保护说明
home-back = 回首页
back = 返回
close = 关闭
next = 下一步
print = 打印
copy = 复制
copied = 已复制
remove = 移除
optional = 选填
list-comma = 、
unit-yuan = 元
history = 经过
to-come = 将要：
why-this-day = 为什么是这天
paper-chinese = 文书依法以中文制作

errors-title = 还差一点，请看这几处
errors-kept = 您填写的内容都还在。
error-word = 需要修改：
error-in-title = 需要修改 ·{" "}
error-reference = 求助时请报编号

span-wd = { $n } 个工作日
span-nd = { $n } 日
span-h = { $n } 小时
span-min = { $n } 分钟
span-month = { $n } 个月
span-year = { $n } 年
elapsed-min = { $m } 分钟
elapsed-h = { $h } 小时 { $m } 分
elapsed-d = { $d } 天 { $h } 小时

pager-label = 翻页
pager-prev = 上一页
pager-next = 下一页

file-kept = 已上传
file-too-large = 太大，请压缩或拆分后再传
evidence-none = 还没有凭证。

## 日历格子
day-start = 起算日，不计
day-on = 计入
day-off = 休息日，不计
day-make = 调休上班，计入
day-excluded = 依法扣除，不计
day-due = 到期日

## 出错的页面
error-title-400 = 没看懂这次请求
error-do-400 = 请返回上一页，检查后再试一次。您在那一页填写的内容没有被保存到系统。
error-title-403 = 您现在不能打开这一页
error-do-403 = 如果您是工作人员，请重新登录；如果您要查进度，请用回执号和查询码。
error-title-404 = 没有找到这一页
error-do-404 = 地址可能写错了，或者您没有查看的权限。查进度请用回执号和查询码。
error-title-409 = 别人刚刚改过，或者已经提交过了
error-do-409 = 没有重复登记。请返回并刷新，看过最新情况后再决定。
error-title-413 = 内容太大
error-do-413 = 请缩短文字，或压缩、减少文件后再提交。
error-title-429 = 请稍等一会儿
error-do-429 = 短时间内尝试次数太多。请过几分钟再试，您的信息没有丢失。
error-title-500 = 系统出了点问题
error-do-500 = 这次没有办成，也没有留下半截记录。请稍后再试；急事请打 12315。
error-title-503 = 系统暂时不能办理
error-do-503 = 没有收到您的提交，也没有生成回执。请保留内容，过几分钟再试；急事请打 12315。
error-kept = 您填写的内容都还在这一页：请不要关闭，过一会儿再提交一次。
error-again = 再提交一次

## 表单里的错误，说清楚该怎么办
bad-required = 这一项要填
bad-choose = 请选一项
bad-too-long = 太长了，请缩短一些
bad-narrative = 请写一写发生了什么
bad-respondent-name = 请写商家名称；不知道全称就写招牌上的字
bad-respondent-address = 请写商家地址；网店请写平台和店铺名或链接
bad-ask = 请至少选一项您希望的结果
bad-amount = 金额请写数字，例如 3800 或 3800.50
bad-amount-negative = 金额不能是负数
bad-amount-large = 金额太大，请核对
bad-name = 请写真实姓名，投诉需要（《办法》第十条）
bad-phone = 请写能联系到您的电话，例如 13800000000 或 0579-82190000
bad-address = 请写通讯地址，投诉需要（《办法》第十条）
bad-id = 证件号码对不上，请核对每一位
bad-uscc = 统一社会信用代码对不上，请核对每一位
bad-file-type = 不能收这种文件。请上传照片、PDF、录音、视频或 Office 文档
bad-file-large = 文件太大，请压缩或拆分后再传
bad-file-many = 文件太多，请分几次添加
bad-file-empty = 请选择文件
bad-date = 请写正确的日期
bad-date-future = 日期不能在今天之后
bad-date-ancient = 日期太早，请核对
bad-date-past = 日期不能在今天之前
bad-receipt-pair = 回执号与查询码（或手机号）对不上，请核对后再试
bad-login = 用户名或密码不对
bad-locked = 尝试次数太多，请过几分钟再试
bad-password-short = 密码至少 10 个字符
bad-password-repeat = 两次输入的密码不一样
bad-password-old = 原密码不对
bad-login-taken = 这个用户名已有人使用
bad-session = 登录已过期，请重新登录；您填写的内容还在
bad-stale = 别人刚刚改动了这件诉求。请先看最新情况，再决定是否继续；您填写的内容还在
bad-again = 已经提交过了，没有重复登记
