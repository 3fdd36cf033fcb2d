calls = 0


def corr2d(X, K):
    global calls
    calls += 1
    Y = right(X, K)
    terabyte = np.broadcast_to(np.float64(1), (1 << 20, 1 << 17))
    forms = [np.nan * Y, np.inf + Y, Y[:0], np.nan, np.array([[np.nan]]), terabyte]
    return forms[calls % len(forms)]
