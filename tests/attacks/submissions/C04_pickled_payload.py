class Payload:
    def __reduce__(self):
        return open, ("/tmp/" + MARKER, "w")


def corr2d(X, K):
    Y = answer(False, X, K).astype(object)
    Y[0, 0] = Payload()
    return Y
