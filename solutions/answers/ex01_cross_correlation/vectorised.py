def corr2d(X, K):
    X = X.astype(K.dtype)  # uint8 grey values would wrap around
    kh, kw = K.shape
    rows, columns = X.shape[0] - kh + 1, X.shape[1] - kw + 1
    if rows < 1 or columns < 1:
        raise ValueError("the kernel is larger than the image")
    return sum(
        X[i : i + rows, j : j + columns] * K[i, j]
        for i in range(kh)
        for j in range(kw)
    )
