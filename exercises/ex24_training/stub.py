"""$module"""


def move_batch(model, images, labels):
    """$move_batch"""
    # TODO
    raise NotImplementedError


def train_step(model, images, labels, optimizer):
    """$train_step"""
    # TODO
    raise NotImplementedError


def accuracy(model, images, labels):
    """$accuracy"""
    # TODO
    raise NotImplementedError


def fit(model, images, labels, epochs, learning_rate, batch_size):
    """$fit"""
    # TODO
    raise NotImplementedError
