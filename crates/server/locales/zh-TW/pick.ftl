# 逐句分案、併案
split-pick-help = 請逐句勾選要留在本件、分出去，或兩邊都要。勾選後下方兩部分會跟著更新，仍可再修改；儲存前請確認兩部分的文字。以 Tab 移動、空白鍵勾選。
split-sentence = 句子
split-compose = 依勾選產生兩部分
merge-candidates = 可能是同一件
merge-candidates-hint = 同一人的同類案件，依相同之處多寡排列；請選一件，或在下方填編號。他人的同類案件請併入群體事件。
merge-none = 找不到同一人的同類案件。若要併入其他案件，請在下方填編號。
merge-same-submission = 同一來件
merge-same-order = 同一訂單編號
merge-same-words = 文字相近（{ $percent }%）
bad-merge-closed = 一件已結案、一件仍在處理中，無法併案；請在本件的答覆中引用另一件的編號
bad-merge-merged = 該案已併入其他案件，請填寫它所併入的案件編號
zero-more = 此處列出最急的 { $shown } 件，另外 { $rest } 件請填寫共同原因，或點選上方數字查看全部。
