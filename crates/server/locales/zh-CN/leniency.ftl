# 首违不罚、轻微免罚清单
lines-filter = 输入几个字查找事项
leniency-basis = 依据：{ $basis }；出处：{ $source }
hint-leniency-propose = 选首违不罚、轻微免罚作为理由时，从清单里选一项，并勾选核查中确认成立的条件；条件缺一项都不能适用。
bad-leniency-ground = 这一项属于另一种理由，请选与理由相符的事项
bad-leniency-condition = 这一项的条件没有全部成立，不能适用；核实后勾选，或改用其他理由
leniency-minor = 轻微免罚
leniency-first = 首违不罚
