def conv2d(input, weight, bias=None, stride=1, padding=0):
    X, (sh, sw) = zero_pad(input, *pair(padding)), pair(stride)
    filters, channels, kh, kw = weight.shape
    down, across = X.shape[2] - kh + 1, X.shape[3] - kw + 1
    if X.shape[1] != channels or down < 1 or across < 1:
        raise ValueError("images and filters do not fit together")
    Y = 0
    for i in range(kh):
        for j in range(kw):
            cells = X[:, :, i : i + down : sh, j : j + across : sw]
            flat = cells.reshape(len(X), channels, -1)
            Y = Y + weight[:, :, i, j] @ flat
    Y = Y.reshape(len(X), filters, *cells.shape[2:])
    return Y if bias is None else Y + bias[:, None, None]
