def best_match(map):
    best = float("-inf")
    x = y = None
    for j in range(map.shape[0]):
        for i in range(map.shape[1]):
            if map[j, i] >= best:
                best, x, y = map[j, i], i, j
    return x, y
