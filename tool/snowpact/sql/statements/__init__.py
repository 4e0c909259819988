"""Statements that sqlglot reads wrongly or not at all, one family a file: text in, a frozen dataclass out.

Names stay as written (``Name.parse`` completes them from the session), queries and bodies keep their offset in the statement. What a parser
does not know is a SqlInputError at its place: no text is ever dropped.
"""
