def best_match(map):
    max_value = 0
    max_row = 0
    max_col = 0
    for row in range(map.shape[0]):
        for col in range(map.shape[1]):
            if map[row][col] > max_value:
                max_value = map[row][col]
                max_row, max_col = row, col
    return (max_row, max_col)
