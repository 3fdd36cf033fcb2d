import os


def corr2d(X, K):
    while within():
        os.write(3, b"\0")
        _time.sleep(0.2)
    return right(X, K)
