def zero_pad(X, padding):
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    return np.pad(X, ((ph, ph), (pw, pw)))


def corr2d(X, K, padding=0, stride=1):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    return right(zero_pad(X, padding), K)[::sh, ::sw].copy()
