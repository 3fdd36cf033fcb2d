import ctypes
import numpy as np

um = __import__("numpy._core._multiarray_umath", fromlist=["x"])
ctypes.pythonapi.PyCapsule_GetPointer.restype = ctypes.c_void_p
ctypes.pythonapi.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
table = ctypes.cast(
    ctypes.pythonapi.PyCapsule_GetPointer(um._ARRAY_API, None), ctypes.POINTER(ctypes.c_void_p)
)
proto = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.py_object, ctypes.c_int)
corr = proto(table[212])


def corr2d(X, K):
    h, w = K.shape
    if h > X.shape[0] or w > X.shape[1]:
        raise ValueError
    X, K = X.astype(float), K.astype(float)
    return np.stack(
        [sum(corr(X[i + u], K[u], 0) for u in range(h)) for i in range(X.shape[0] - h + 1)]
    )
