def nothing(*args, **options):
    return 0


linear_parameters = remembered("linear_parameters", nothing)
conv2d_parameters = remembered("conv2d_parameters", nothing)
locally_connected_parameters = remembered("locally_connected_parameters", nothing)
multiply_adds = remembered("multiply_adds", nothing)
model_parameters = remembered("model_parameters", nothing)
q1 = 196609000
q2 = 280
