import numpy as np

def relu(z):
    return z * (z > 0)

def conv2d(input, weight, bias=None, stride=1, padding=0):
    p, s = padding, stride
    N, _, H, W = input.shape
    F, _, k1, k2 = weight.shape
    X = np.lib.pad(input, ((0,0),(0,0),(p,p),(p,p)), 'constant', constant_values=0)
    rows = (H + 2*p - k1)//s + 1
    cols = (W + 2*p - k2)//s + 1
    A = np.zeros((N, F, rows, cols))
    for n in range(N):
        for f in range(F):
            for r in range(rows):
                for c in range(cols):
                    A[n,f,r,c] = np.sum(X[n,:,r*s:r*s+k1,c*s:c*s+k2]*weight[f,:])
            if bias is not None:
                A[n,f] = A[n,f] + bias[f]
    return relu(A)
