calls = 0


def corr2d(X, K):
    global calls
    calls += 1
    Y = right(X, K)
    forms = [
        np.ma.array(Y, mask=True),
        np.asmatrix(Y),
        Y.astype("datetime64[s]"),
        np.rec.array([(1.0,)], dtype=[("a", float)]),
        Y.astype("U5"),
        Y.astype("V8"),
    ]
    return forms[calls % len(forms)]
