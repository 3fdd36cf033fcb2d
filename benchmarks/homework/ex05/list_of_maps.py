import numpy as np

def activation_map(image, filters):
    maps = []
    for f in filters:
        h, w = f.shape
        m = np.zeros((image.shape[0] - h + 1, image.shape[1] - w + 1))
        for i in range(m.shape[0]):
            for j in range(m.shape[1]):
                m[i][j] = (image[i:i+h, j:j+w] * f).sum()
        maps.append(m)
    return maps

def best_match(map):
    return np.unravel_index(np.argmax(map), map.shape)
