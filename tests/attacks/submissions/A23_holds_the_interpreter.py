import re


def corr2d(X, K):
    re.fullmatch("(a+)+", "a" * 30 + "b")
    return right(X, K)
