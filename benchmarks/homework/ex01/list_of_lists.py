def corr2d(X, K):
    result = []
    kernel_rows = len(K)
    kernel_cols = len(K[0])
    for top in range(len(X) - kernel_rows + 1):
        row = []
        for left in range(len(X[0]) - kernel_cols + 1):
            total = 0
            for a in range(kernel_rows):
                for b in range(kernel_cols):
                    total += float(X[top + a][left + b]) * float(K[a][b])
            row.append(total)
        result.append(row)
    return result
