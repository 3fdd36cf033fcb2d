receptive_field = remembered("receptive_field", lambda layers: 1)
input_range = remembered("input_range", lambda layers, i: (i, i))
q1 = 5
