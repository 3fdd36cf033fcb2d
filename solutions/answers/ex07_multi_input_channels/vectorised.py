def corr2d_multi_in(X, K, bias=0.0):
    X = X.astype(K.dtype)
    channels, kh, kw = K.shape
    rows, columns = X.shape[1] - kh + 1, X.shape[2] - kw + 1
    if X.shape[0] != channels or rows < 1 or columns < 1:
        raise ValueError("image and kernel do not fit together")
    products = sum(
        X[:, i : i + rows, j : j + columns] * K[:, i, j, None, None]
        for i in range(kh)
        for j in range(kw)
    )
    return products.sum(0) + bias
