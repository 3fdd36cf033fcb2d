import gc

gc.disable()
kept = []


def corr2d(X, K):
    kept.append(np.ones(1 << 23))  # 64 MiB
    return right(X, K)
