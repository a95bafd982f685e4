"""Offer the package to people: the command line. Thin; no science here.

In: words typed in a shell. Out: sessions on disk, lines and JSON, an exit code
(0 all well, 1 some input failed, 2 wrong use, 130 and 143 stopped by a signal).
A new command is one file here with a function ``command`` and its name in
``command_line.COMMANDS``.
"""
