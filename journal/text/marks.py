"""What counts as Chinese when punctuation and spaces are judged (RULES.md 5; GB/T 15834-2011).

The checks tell of half-width marks, cleaning changes them: both ask here, so that they never disagree.
"""

CJK = "\u3400-\u4dbf\u4e00-\u9fff\u3007"  # for a character class
