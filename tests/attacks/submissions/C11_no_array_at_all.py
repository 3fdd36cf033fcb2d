calls = 0


def corr2d(X, K):
    global calls
    calls += 1
    Y = right(X, K)
    forms = [
        (row for row in Y),
        lambda: Y,
        map(list, Y),
        type("Y", (), {"__array__": lambda s: Y})(),
    ]
    return forms[calls % len(forms)]
