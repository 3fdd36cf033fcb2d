def corr2d(X, K):
    return np.asfortranarray(right(X, K)).astype(">f8")
