from torch import nn


def conv_layer():
    # 宽5, 高3
    return nn.Conv2d(in_channels=2, out_channels=3, kernel_size=(5, 3), padding=(2, 1))


def pool_layer():
    return nn.MaxPool2d(kernel_size=3, padding=1, stride=(1, 2))
