# Splitting by sentences, merging
split-pick-help = Tick for each sentence whether it stays, goes, or both. The two parts below follow and can still be changed; read both before saving. Move with Tab, tick with the space bar.
split-sentence = Sentence
split-compose = Make both parts from the ticks
merge-candidates = May be the same matter
merge-candidates-hint = Cases of the same person and kind, those with most in common first. Choose one, or type a number below. Like cases of other people belong into a group.
merge-none = No case of the same person and kind was found. To merge into another one, type its number below.
merge-same-submission = same submission
merge-same-order = same order number
merge-same-words = alike in words ({ $percent }%)
bad-merge-closed = One of the two is closed and the other still open, so they cannot be merged; refer to the other’s number in the answer
bad-merge-merged = That case is merged into another itself; give the number of the one it was merged into
zero-more = The { $shown } most urgent are shown; give the other { $rest } one reason in common, or open the whole lists by the numbers above.
