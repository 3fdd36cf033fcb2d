import numpy as np

def activation_map(image, filters):
    '''Each filter looks for one feature; negative evidence is no evidence.'''
    k = filters.shape
    out = np.empty((k[0], image.shape[0]-k[1]+1, image.shape[1]-k[2]+1))
    for n, w in enumerate(filters):
        for r in range(out.shape[1]):
            for s in range(out.shape[2]):
                out[n, r, s] = max(0, np.vdot(image[r:r+k[1], s:s+k[2]], w))
    return out
