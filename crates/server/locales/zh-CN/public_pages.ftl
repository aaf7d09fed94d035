## 首页与设置
home-places = 选择地区
empty-store = 放心已经启动，还没有设置
empty-store-text = 还没有地区，也没有工作人员账号，所以现在不能提交或查询。
empty-store-how = 负责安装的人：启动程序的终端里有一个一次性链接，用它打开页面，设置地区和第一位管理员。
setup-go = 完成设置
setup-done = 设置好了，请登录
setup-code = 地区代码
setup-code-hint = 六位行政区划代码（GB/T 2260）
setup-place = 地区名称
setup-place-en = 地区英文名称
setup-pack = 政策包
setup-pack-hint = 时限、编号和机构按它来；以后可以换新版本
setup-organ = 机关全称
setup-organ-hint = 例如“清和县市场监督管理局”；政策包自带机关的（两个演示包）留空
setup-short = 机关代字
setup-short-hint = 文号里的简称，如“金东”；政策包自带机关的留空
setup-person = 您的姓名
setup-login-hint = 英文字母、数字、点、横线，3 到 40 个
setup-password-hint = 至少 { $n } 个字符
setup-repeat = 再输一次密码
pack-national = 全国通用
pack-jindong = 金东
pack-shandong = 山东
pack-demo-qinghe = 演示：清河
pack-demo-yunshan = 演示：云山

## 填写
file-violation = 它可能违反了什么
file-violation-hint = 只给负责核查的人看，不会出现在投诉的任何页面上。不填就用第一页写的经过
receipt-again = 这份表之前已经提交过，以第一次提交的内容为准。要补充，请在进度页添加。
receipt-after-acceptance = { $span }内
receipt-mediation = 受理以后：双方同意的，完成调解

## 进度
track-agreements = 您的意愿
agreed-yes = 同意
agreed-no = 不同意
agreed-to-yes = 改为同意
agreed-to-no = 改为不同意
track-withdraw-report = 撤回举报
track-added = 已经收到您补充的凭证
track-withdrawn = 已经撤回
track-consent = 已经记下您的意愿
paper-form1 = 投诉登记表
paper-form2 = 举报登记表
withdraw-settled = 我和商家已经自行和解

## 找回
lost-sent = 已经收到您的请求
lost-sent-text = 如果姓名和电话与提交时留的一致，工作人员会拨打那个电话告诉您。为了保护您，这里不显示是否找到。
lost-sent-counter = 也可以带身份证件到窗口查询。
lost-request = 请求找回回执号：姓名和电话与已有来件一致。请拨打登记的电话核实本人后告知，必要时重发查询码；不要向其他号码透露任何信息。

## 表单里的错误
bad-too-short = 太短了，请再写几个字
bad-nonce = 请再点一次提交
bad-busy = 短时间内提交太多，请过几分钟再试；您填写的内容都还在
bad-kept = 之前上传的文件已经过期，请重新上传
bad-evidence-later = 暂时收不下文件。可以先不传，之后再补；也可以过几分钟再传
bad-lost-name = 请写提交时留的姓名
bad-lost-phone = 请写提交时留的电话
bad-name-report = 请写姓名；不想留的，可以选匿名举报
bad-name-consult = 请写怎么称呼您
bad-file-named = “{ $name }”：{ $why }
bad-file-blank = 文件是空的
bad-money-empty = 请写金额
bad-phone-shape = 请写能联系到您的电话，例如 13800000000 或 0579-82190000
bad-phone-area-code-missing = 固定电话请带上区号，例如 0579-82190000
bad-code-empty = 请填写
bad-id-length = 身份证号码是 18 位，请核对
bad-id-character = 身份证号码由 17 位数字和最后一位数字或 X 组成
bad-id-area = 身份证号码开头的地区代码不对，请核对
bad-id-birth-date = 身份证号码里的出生日期不对，请核对
bad-id-birth-date-future = 身份证号码里的出生日期在今天之后，请核对
bad-id-check = 身份证号码最后一位与前面对不上，请核对每一位
bad-uscc-length = 统一社会信用代码是 18 位，请核对
bad-uscc-character = 统一社会信用代码里有不该出现的字符，请核对
bad-uscc-check = 统一社会信用代码最后一位与前面对不上，请核对
bad-uscc-organisation-check = 统一社会信用代码里的组织机构代码对不上，请核对
bad-receipt-required = 请填写回执号
bad-secret-required = 请填写查询码或手机号
bad-narrative-too-long = 太长了，最多 20,000 字。请缩短，或把长的材料作为文件上传；您写的都还在下面
bad-place-code-division = 请写六位行政区划代码
bad-place-code-taken = 这个地区已经设置过
