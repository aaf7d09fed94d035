# 按句分案、并案
split-pick-help = 逐句勾选留在本件、分出去，或两边都要。勾选后下面两部分随之更新，还可以再改；保存前请看清两部分的文字。用 Tab 移动，空格勾选。
split-sentence = 句子
split-compose = 按勾选生成两部分
merge-candidates = 可能是同一件
merge-candidates-hint = 同一人的同类诉求，按相同之处多少排列；选一件，或在下面填编号。别人的同类诉求请并入群体事件。
merge-none = 没有找到同一人的同类诉求。要并入别的件，请在下面填编号。
merge-same-submission = 同一来件
merge-same-order = 同一订单号
merge-same-words = 文字相近（{ $percent }%）
bad-merge-closed = 一件已经办结、一件还在办理，不能并案；请在这件的答复里引用另一件的编号
bad-merge-merged = 那一件已并入别的件，请填它并入的那一件的编号
zero-more = 这里列出最急的 { $shown } 件，另有 { $rest } 件请给一个共同的原因，或点上面的数字看全部。
