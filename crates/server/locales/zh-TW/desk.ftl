## 工作台
desk = 工作台
nav-search = 搜尋
sign-out = 登出
keys-head = 鍵盤
keys-help = 看所有按鍵

sign-in = 登入
sign-in-head = 工作人員登入
sign-in-lead = 查看個人資訊會留下紀錄。
sign-in-help = 忘記密碼請找本單位的安全管理員重設。消費者查進度不用登入。
login = 使用者名稱
password = 密碼
first-head = 建立第一位管理員
first-lead = 這個連結只能用一次。建好後請用新帳號登入，再建立機構和人員。

## 列表
col-case = 訴求
col-clock = 時限
col-kind = 類別
col-state = 狀態
col-unit = 機構
col-channel = 來源
col-received = 收到
no-unit = 未分送
urgent = 緊急
late-word = 逾期
filter-q = 查詢
filter-go = 篩選
filter-from = 從哪天起

## 案件頁
my-cases = 我的案件
narrative = 內容
request = 訴求：
parties = 當事人
facts = 情況
evidence = 憑證
clocks = 時限
notes = 備註
notes-none = 還沒有備註。備註只給工作人員看。
note-add = 寫備註
note-go = 儲存備註
acts = 現在可以做
acts-none = 這個階段您沒有要做的事。
blocked = 現在不能做
papers = 文書
siblings = 同一來件的其他訴求
reveal = 顯示（會留痕）

split-head = 分開辦理
split-lead = 一件來件裡既有投訴又有舉報的，分別處理（《辦法》第九條）。把屬於每一部分的文字放進各自的框裡。
split-text = 屬於這一部分的文字
split-take = 放入選取的文字
split-take-help = 在上面選取文字，再按下方對應部分的按鈕。
split-after = 分開後各有各的編號、時限和文書；舉報部分不會出現在投訴一方的任何頁面上。
split-go = 分開

search-how = 按編號、姓名、電話、店名或內容裡的任意幾個字查詢。看不到的不會出現在結果裡。
search-start = 輸入要找的字
search-start-text = 任意幾個字都行，不分簡繁、全形半形和大小寫。
search-none = 沒有找到
search-none-text = 少寫幾個字，或去掉篩選條件再試。
filter-clear = 清除篩選

approvals = 待核
approvals-none = 沒有待核的申請
approvals-none-text = 承辦人提出後會出現在這裡。
col-asked = 申請
col-reason = 理由
col-by = 申請人
col-decide = 簽核

## 督導
overview = 總覽
overview-by-unit = 各機構各狀態
overview-none = 還沒有訴求

## 管理
units = 機構
units-lead = 機構變動從某一天起生效，不改動先前的紀錄。
units-add = 新增機構
col-level = 層級
col-parent = 上級
col-organ = 機關
people = 人員
people-add = 新增人員
people-once = { $login } 的臨時密碼
people-once-note = 只顯示這一次。請當面交給本人，首次登入後變更。
col-name = 姓名
col-roles = 角色
col-last = 最近登入
access = 查閱紀錄
access-lead = 誰在什麼時候看過哪件訴求的哪些個人資訊。紀錄逐筆相連，不能修改。
access-q = 人員或編號
access-none = 沒有紀錄
col-at = 時間
col-who = 誰
col-what = 看了什麼
col-seq = 序號
notices = 放假安排
notices-lead = 國務院辦公廳的放假通知決定哪天是工作日。沒有通知的年份，日期是暫定的。
notices-load = 載入通知
notices-preview = 將有 { $n } 個時限變動
notices-none-move = 沒有時限會變動
notices-none = 還沒有載入任何通知
col-which-clock = 時限
col-from = 原為
col-to = 改為
col-year = 年份
col-number = 文號
col-days = 天數
col-loaded = 載入
verify = 驗證
verify-lead = 重算每件訴求，比對每一列，檢查每條鏈和整棵樹。
verify-last = 最近的簽名
verify-size = 樹的大小
verify-head = 樹頭
verify-external = 外送樹頭
verify-never = 驗證在伺服器上執行 fangxin verify，結果顯示在終端機
col-checked = 檢查項
col-n = 數量
col-found = 發現
account = 我的帳號
account-password = 變更密碼
account-sessions = 已登入的裝置
session-this = 本機
session-other = 其他
session-since = { $since } 登入，{ $last } 用過
session-end = 登出這台
