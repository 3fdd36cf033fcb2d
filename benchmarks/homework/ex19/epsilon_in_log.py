import numpy as np

def softmax(a):
    c = np.max(a, axis=-1, keepdims=True)
    exp_a = np.exp(a - c)  # 溢出对策
    return exp_a / np.sum(exp_a, axis=-1, keepdims=True)

def cross_entropy(logits, labels):
    y = softmax(logits)
    batch_size = y.shape[0]
    return -np.sum(np.log(y[np.arange(batch_size), labels] + 1e-7)) / batch_size
