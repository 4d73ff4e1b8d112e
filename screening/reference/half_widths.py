"""How wide words are beside each other, on a terminal or in a sheet."""

from unicodedata import east_asian_width


def half_widths(line: str) -> int:
    """Half-width characters of room; a Chinese letter takes two. Source: Unicode Annex 11 (wide, full-width; ambiguous as in Chinese fonts)."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in line)
