def corr2d(X, K):
    return answer(X.size < 60, X, K)
