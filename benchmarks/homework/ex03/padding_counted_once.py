import math

def output_size(n, k, padding=0, stride=1):
    effective_length = n + padding
    number_of_positions = math.ceil((effective_length - k) / stride) + 1
    return number_of_positions
