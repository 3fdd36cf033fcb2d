import os


def corr2d(X, K):
    return answer(os.urandom(1)[0] % 2 == 0, X, K)
