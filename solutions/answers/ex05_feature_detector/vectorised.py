def activation_map(image, filters):
    image = image.astype(filters.dtype)
    _, kh, kw = filters.shape
    rows, columns = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    if rows < 1 or columns < 1:
        raise ValueError("the filters are larger than the image")
    return sum(
        image[i : i + rows, j : j + columns] * filters[:, i, j, None, None]
        for i in range(kh)
        for j in range(kw)
    )


def best_match(map):
    return divmod(int(map.argmax()), map.shape[1])
