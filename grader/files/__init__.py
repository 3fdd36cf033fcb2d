"""Write files without leaving partial ones; read and write JSON with comments and JUnit XML."""
