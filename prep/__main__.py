"""`python -m prep` is the same as `prep`."""

from prep.cli.app import main

if __name__ == "__main__":
    main()
