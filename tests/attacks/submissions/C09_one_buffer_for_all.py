buffer = np.zeros(1 << 12)


def corr2d(X, K):
    Y = right(X, K)
    view = buffer[: Y.size].reshape(Y.shape)
    view[:] = Y
    return view
