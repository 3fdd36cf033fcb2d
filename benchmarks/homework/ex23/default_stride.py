import torch.nn as nn

def conv_layer():
    layer = nn.Conv2d(2, 3, (3, 5), padding="same")
    return layer

def pool_layer():
    return nn.MaxPool2d(3, padding=1)

def c3_connections():
    rows = []
    for i in range(6):
        rows.append((i, (i + 1) % 6, (i + 2) % 6))
    for i in range(6):
        rows.append((i, (i + 1) % 6, (i + 2) % 6, (i + 3) % 6))
    for i in range(3):
        rows.append((i, i + 1, (i + 3) % 6, (i + 4) % 6))
    rows.append((0, 1, 2, 3, 4, 5))
    return rows
