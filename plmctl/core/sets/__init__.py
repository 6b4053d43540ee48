"""The sets of values that JSON Schemas accept: whether one has a value that another has not.

literal (a schema as constraints) <- compiled (from JSON)
        <- holds (a value against them) <- branch (alternatives, one JSON type at a time)
        <- numbers, texts (with pattern), items, fields: a value for constraints of one type
        <- search (all together, within a budget)
"""
