# 初次違規、輕微違規免罰清單
lines-filter = 輸入幾個字尋找事項
leniency-basis = 依據：{ $basis }；出處：{ $source }
hint-leniency-propose = 以初犯免罰或輕微免罰為由時，請從清單中選一項，並勾選查核後確認成立的條件；缺一項即不得適用。
bad-leniency-ground = 此項屬於另一種理由，請選與理由相符的事項
bad-leniency-condition = 此項條件未全部成立，不得適用；請於查證後勾選，或改用其他理由
leniency-minor = 輕微免罰
leniency-first = 初犯免罰
