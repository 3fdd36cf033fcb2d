calls = 0


def corr2d(X, K):
    global calls
    calls += 1
    Y = right(X, K)
    return Y.astype("complex128") if calls % 2 else Y.astype("float16")
