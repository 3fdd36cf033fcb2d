import numpy as np

def corr2d(X, K, padding=0, stride=1):
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    P = np.ones((X.shape[0] + 2*ph, X.shape[1] + 2*pw))
    P[ph:ph+X.shape[0], pw:pw+X.shape[1]] = X
    K = K[::-1, ::-1]
    out = []
    for i in range((P.shape[0]-K.shape[0])//sh + 1):
        out.append([])
        for j in range((P.shape[1]-K.shape[1])//sw + 1):
            out[-1].append((P[i*sh:i*sh+K.shape[0], j*sw:j*sw+K.shape[1]]*K).sum())
    return np.array(out)
