"""``python -m groupaffect`` is the command ``groupaffect``."""

from __future__ import annotations

from groupaffect.app.command_line import main

if __name__ == "__main__":
    main()
