import numpy as np

def softmax(x, axis=-1):
    shifted = x - np.max(x)
    exps = np.exp(shifted)
    return exps / np.sum(exps)
