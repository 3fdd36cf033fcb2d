"""Files as learncnn writes them."""
