"""`python -m seg_core COMMAND`: the command line."""

from seg_core.cli.app import main

if __name__ == "__main__":
    main()
