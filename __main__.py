"""`python -m learncnn`."""

from learncnn.cli import main

if __name__ == "__main__":
    main()
