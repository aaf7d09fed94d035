## 各頁共用
brand = 放心
skip = 跳到正文
nav-label = 主導航
nav-file = 反映問題
nav-track = 查進度
type-large = 大字
type-normal = 標準字號
foot = 市場監督管理投訴舉報
foot-desk = 工作人員登入
privacy = 個人資訊保護說明
home-back = 回首頁
back = 返回
close = 關閉
next = 下一步
print = 列印
copy = 複製
copied = 已複製
remove = 移除
optional = 選填
list-comma = 、
unit-yuan = 元
history = 經過
to-come = 將要：
why-this-day = 為什麼是這天
paper-chinese = 文書依法以中文製作

errors-title = 還差一點，請看這幾處
errors-kept = 您填寫的內容都還在。
error-word = 需要修改：
error-in-title = 需要修改 ·{" "}
error-reference = 求助時請報編號

span-wd = { $n } 個工作日
span-nd = { $n } 日
span-h = { $n } 小時
span-min = { $n } 分鐘
span-month = { $n } 個月
span-year = { $n } 年
elapsed-min = { $m } 分鐘
elapsed-h = { $h } 小時 { $m } 分
elapsed-d = { $d } 天 { $h } 小時

pager-label = 翻頁
pager-prev = 上一頁
pager-next = 下一頁

file-kept = 已上傳
file-too-large = 太大，請壓縮或拆分後再傳
evidence-none = 還沒有憑證。

## 日曆格子
day-start = 起算日，不計
day-on = 計入
day-off = 休息日，不計
day-make = 調休上班，計入
day-excluded = 依法扣除，不計
day-due = 到期日

## 出錯的頁面
error-title-400 = 沒看懂這次請求
error-do-400 = 請返回上一頁，檢查後再試一次。您在那一頁填寫的內容沒有被儲存到系統。
error-title-403 = 您現在不能開啟這一頁
error-do-403 = 如果您是工作人員，請重新登入；如果您要查進度，請用回執號和查詢碼。
error-title-404 = 沒有找到這一頁
error-do-404 = 地址可能寫錯了，或者您沒有查看的權限。查進度請用回執號和查詢碼。
error-title-409 = 別人剛剛改過，或者已經提交過了
error-do-409 = 沒有重複登記。請返回並重新整理，看過最新情況後再決定。
error-title-413 = 內容太大
error-do-413 = 請縮短文字，或壓縮、減少檔案後再提交。
error-title-429 = 請稍等一會兒
error-do-429 = 短時間內嘗試次數太多。請過幾分鐘再試，您的資訊沒有丟失。
error-title-500 = 系統出了點問題
error-do-500 = 這次沒有辦成，也沒有留下半截記錄。請稍後再試；急事請打 12315。
error-title-503 = 系統暫時不能辦理
error-do-503 = 沒有收到您的提交，也沒有產生回執。請保留內容，過幾分鐘再試；急事請打 12315。
error-kept = 您填寫的內容都還在這一頁：請不要關閉，過一會兒再提交一次。
error-again = 再提交一次

## 表單裡的錯誤，說清楚該怎麼辦
bad-required = 這一項要填
bad-choose = 請選一項
bad-too-long = 太長了，請縮短一些
bad-narrative = 請寫一寫發生了什麼
bad-respondent-name = 請寫商家名稱；不知道全稱就寫招牌上的字
bad-respondent-address = 請寫商家地址；網店請寫平台和店鋪名或連結
bad-ask = 請至少選一項您希望的結果
bad-amount = 金額請寫數字，例如 3800 或 3800.50
bad-amount-negative = 金額不能是負數
bad-amount-large = 金額太大，請核對
bad-name = 請寫真實姓名，投訴需要（《辦法》第十條）
bad-phone = 請寫能聯絡到您的電話，例如 13800000000 或 0579-82190000
bad-address = 請寫通訊地址，投訴需要（《辦法》第十條）
bad-id = 證件號碼對不上，請核對每一位
bad-uscc = 統一社會信用代碼對不上，請核對每一位
bad-file-type = 不能收這種檔案。請上傳照片、PDF、錄音、影片或 Office 文件
bad-file-large = 檔案太大，請壓縮或拆分後再傳
bad-file-many = 檔案太多，請分幾次新增
bad-file-empty = 請選擇檔案
bad-date = 請寫正確的日期
bad-date-future = 日期不能在今天之後
bad-date-ancient = 日期太早，請核對
bad-date-past = 日期不能在今天之前
bad-receipt-pair = 回執號與查詢碼（或手機號碼）對不上，請核對後再試
bad-login = 使用者名稱或密碼不對
bad-locked = 嘗試次數太多，請過幾分鐘再試
bad-password-short = 密碼至少 10 個字元
bad-password-repeat = 兩次輸入的密碼不一樣
bad-password-old = 目前的密碼不對
bad-login-taken = 這個使用者名稱已有人使用
bad-session = 登入已過期，請重新登入；您填寫的內容還在
bad-stale = 別人剛剛改動了這件訴求。請先看最新情況，再決定是否繼續；您填寫的內容還在
bad-again = 已經提交過了，沒有重複登記
