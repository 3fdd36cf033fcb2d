def relu(x):
    result = []
    for value in x:
        if value > 0:
            result.append(value)
        else:
            result.append(0.0)
    return result
