import numpy as np

def activation_map(image, filters):
    n_f, kh, kw = filters.shape
    oh = image.shape[0] - kh + 1
    ow = image.shape[1] - kw + 1
    for f in range(n_f):
        amap = np.zeros((1, oh, ow))
        for i in range(oh):
            for j in range(ow):
                amap[0, i, j] = np.sum(image[i:i+kh, j:j+kw] * filters[f])
        return amap

def best_match(map):
    return int(np.argmax(map))
