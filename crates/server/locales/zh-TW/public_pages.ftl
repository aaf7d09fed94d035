## 首頁與設定
home-places = 選擇地區
empty-store = 放心已經啟動，還沒有設定
empty-store-text = 還沒有地區，也沒有工作人員帳號，所以現在不能提交或查詢。
empty-store-how = 負責安裝的人：啟動程式的終端裡有一個一次性連結，用它開啟頁面，設定地區和第一位管理員。
setup-go = 完成設定
setup-done = 設定好了，請登入
setup-code = 地區代碼
setup-code-hint = 六位行政區劃代碼（GB/T 2260）
setup-place = 地區名稱
setup-place-en = 地區英文名稱
setup-pack = 政策包
setup-pack-hint = 時限、編號和機構按它來；以後可以換新版本
setup-organ = 機關全稱
setup-organ-hint = 例如「清和縣市場監督管理局」；政策包自帶機關的（兩個演示包）留空
setup-short = 機關代字
setup-short-hint = 文號裡的簡稱，如「金東」；政策包自帶機關的留空
setup-person = 您的姓名
setup-login-hint = 英文字母、數字、點、橫線，3 到 40 個
setup-password-hint = 至少 { $n } 個字元
setup-repeat = 再輸一次密碼
pack-national = 全國通用
pack-jindong = 金東
pack-shandong = 山東
pack-demo-qinghe = 演示：清河
pack-demo-yunshan = 演示：雲山

## 填寫
file-violation = 它可能違反了什麼
file-violation-hint = 只給負責核查的人看，不會出現在投訴的任何頁面上。不填就用第一頁寫的經過
receipt-again = 這份表之前已經提交過，以第一次提交的內容為準。要補充，請在進度頁新增。
receipt-after-acceptance = { $span }內
receipt-mediation = 受理以後：雙方同意的，完成調解

## 進度
track-agreements = 您的意願
agreed-yes = 同意
agreed-no = 不同意
agreed-to-yes = 改為同意
agreed-to-no = 改為不同意
track-withdraw-report = 撤回舉報
track-added = 已經收到您補充的憑證
track-withdrawn = 已經撤回
track-consent = 已經記下您的意願
paper-form1 = 投訴登記表
paper-form2 = 舉報登記表
withdraw-settled = 我和商家已經自行和解

## 找回
lost-sent = 已經收到您的請求
lost-sent-text = 如果姓名和電話與提交時留的一致，工作人員會撥打那個電話告訴您。為了保護您，這裡不顯示是否找到。
lost-sent-counter = 也可以帶身分證件到窗口查詢。
lost-request = 請求找回回執號：姓名和電話與已有來件一致。請撥打登記的電話核實本人後告知，必要時重發查詢碼；不要向其他號碼透露任何資訊。

## 表單裡的錯誤
bad-too-short = 太短了，請再寫幾個字
bad-nonce = 請再點一次提交
bad-busy = 短時間內提交太多，請過幾分鐘再試；您填寫的內容都還在
bad-kept = 之前上傳的檔案已經過期，請重新上傳
bad-evidence-later = 暫時收不下檔案。可以先不傳，之後再補；也可以過幾分鐘再傳
bad-lost-name = 請寫提交時留的姓名
bad-lost-phone = 請寫提交時留的電話
bad-name-report = 請寫姓名；不想留的，可以選匿名舉報
bad-name-consult = 請寫怎麼稱呼您
bad-file-named = 「{ $name }」：{ $why }
bad-file-blank = 檔案是空的
bad-money-empty = 請寫金額
bad-phone-shape = 請寫能聯絡到您的電話，例如 13800000000 或 0579-82190000
bad-phone-area-code-missing = 固定電話請帶上區號，例如 0579-82190000
bad-code-empty = 請填寫
bad-id-length = 身分證號碼是 18 位，請核對
bad-id-character = 身分證號碼由 17 位數字和最後一位數字或 X 組成
bad-id-area = 身分證號碼開頭的地區代碼不對，請核對
bad-id-birth-date = 身分證號碼裡的出生日期不對，請核對
bad-id-birth-date-future = 身分證號碼裡的出生日期在今天之後，請核對
bad-id-check = 身分證號碼最後一位與前面對不上，請核對每一位
bad-uscc-length = 統一社會信用代碼是 18 位，請核對
bad-uscc-character = 統一社會信用代碼裡有不該出現的字元，請核對
bad-uscc-check = 統一社會信用代碼最後一位與前面對不上，請核對
bad-uscc-organisation-check = 統一社會信用代碼裡的組織機構代碼對不上，請核對
bad-receipt-required = 請填寫回執號
bad-secret-required = 請填寫查詢碼或手機號碼
bad-narrative-too-long = 太長了，最多 20,000 字。請縮短，或把長的材料作為檔案上傳；您寫的都還在下面
bad-place-code-division = 請寫六位行政區劃代碼
bad-place-code-taken = 這個地區已經設定過
