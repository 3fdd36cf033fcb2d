minmax_scale = remembered("minmax_scale", lambda X, reference=None: np.zeros(X.shape, X.dtype))
one_hot = remembered("one_hot", lambda labels, num_classes: np.zeros((len(labels), num_classes)))
