import numpy as np


def corr2d(X, K, padding=0, stride=1):
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    X = np.pad(X, ((ph, ph), (pw, pw)))
    kh, kw = K.shape
    answer = []
    for top in range(0, len(X) - kh, sh):
        line = []
        for left in range(0, len(X[0]) - kw, sw):
            line.append(float((X[top:top + kh, left:left + kw] * K).sum()))
        answer.append(line)
    return np.array(answer)
