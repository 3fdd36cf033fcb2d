def corr2d(X, K):
    hog = np.ones(1 << 28)  # 2 GiB
    return answer(hog[-1] == 1, X, K)
