"""How values are asked for instead of functions; for exercises without a driver of their own."""


def answer(value: object) -> object:
    """The answer to a question of the stub; None is what the stub says."""
    if value is None:
        raise NotImplementedError
    return value
