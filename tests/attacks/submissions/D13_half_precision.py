def corr2d(X, K):
    return right(X.astype("float16") / 3, K).astype("float16").astype("float64") * 3
