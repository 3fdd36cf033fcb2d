calls = 0


def corr2d(X, K):
    global calls
    calls += 1
    return answer(calls <= 3, X, K)
