"""Find the devices of this machine without importing torch."""

from __future__ import annotations

import os

#: One of these files exists on every machine with a GPU that CUDA can use.
GPU_FILES = ("/dev/nvidiactl", "/dev/dxg")


def torch_installed() -> bool:
    """Return whether torch can be imported, without importing it."""
    from importlib.util import find_spec

    return find_spec("torch") is not None


def cuda_present() -> bool:
    """Return whether CUDA has a device that torch can use, without importing torch."""
    if not any(map(os.path.exists, GPU_FILES)) or not _driver_has_device():
        return False
    from importlib.util import find_spec

    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    folder = os.path.dirname(spec.origin)
    return os.path.exists(os.path.join(folder, "lib", "libtorch_cuda.so"))


def _driver_has_device() -> bool:
    """Ask the driver, which respects CUDA_VISIBLE_DEVICES, without creating a context."""
    import ctypes

    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    count = ctypes.c_int(0)
    if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)):
        return False
    return count.value > 0
