"""The regular expressions of the rules, written for DuckDB's RE2, as Java reads them, so that both find the same.

What RE2 and Java spell alike but mean otherwise is respelt: `.`, `$`, `\\s`, `\\b`, `[` within a class, named groups. What has no like in Java is refused.
Source: RE2 syntax (github.com/google/re2, doc/syntax.txt); java.util.regex.Pattern of Java 17.
"""

import re

from screening.errors import InvalidRule

_TOKEN = re.compile(
    r"(?P<quoted>\\Q.*?(?:\\E|$))|(?P<property>\\[pP](?:\{\^?\w+\}|\w))|(?P<code>\\x(?:\{[0-9A-Fa-f]+\}|[0-9A-Fa-f]{2}))|(?P<escape>\\.)"
    r"|(?P<named>\(\?P?<\w+>)|(?P<flags>\(\?[a-zA-Z-]*[:)])|(?P<posix>\[:\^?\w+:\])|(?P<char>.)",
    re.DOTALL,
)
_BLANK = r"\t\n\f\r "  # RE2's \s; Java's has the vertical tab besides
_NEWLINE_FLAG = "(?d)"  # only \n ends a line, as in RE2; Java would know five more
_ANY_CASE = "(?iu)"
_WORD = "[0-9A-Za-z_]"  # RE2's \b looks at ASCII only
_EDGE = f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))"
_OUTSIDE = {r"\s": f"[{_BLANK}]", r"\S": f"[^{_BLANK}]", r"\b": _EDGE, r"\B": f"(?!{_EDGE})", "$": r"\z"}
_INSIDE = {r"\s": _BLANK, r"\S": f"[^{_BLANK}]", "[": r"\[", "&": r"\&"}
_SHARED_ESCAPES = frozenset("dDwWaftnrvzAbBsS")
_POSIX = {"ascii": "ASCII", "xdigit": "XDigit"}
_FLAGS = frozenset("ims-")


def java_pattern(pattern: str, *, any_case: bool = False) -> str:
    """The same expression for Java; raises `InvalidRule` for what Java has no like of."""
    said: list[str] = []
    in_class = at_start = False
    for token in _TOKEN.finditer(pattern):
        text = token.group()
        if in_class:
            said.append(_inside(token, pattern))
            if text == "]" and not at_start:
                in_class = False
            at_start = at_start and text == "^"
        else:
            said.append(_outside(token, pattern))
            in_class = at_start = text == "["
    if any("m" in token.group() for token in _TOKEN.finditer(pattern) if token.lastgroup == "flags") and r"\z" in said:
        raise _refusal(pattern, "(?m) 与 $")
    return f"{_ANY_CASE if any_case else ''}{_NEWLINE_FLAG}{''.join(said)}"


def _inside(token: re.Match[str], pattern: str) -> str:
    """A part of a character class; a `]` that stands first is itself."""
    text = token.group()
    if token.lastgroup == "posix":
        name, is_not = text.strip("[]:^"), "^" in text
        if name == "word":
            return r"\W" if is_not else r"\w"
        return rf"\{'P' if is_not else 'p'}{{{_POSIX.get(name, name.capitalize())}}}"
    if text in _INSIDE:
        return _INSIDE[text]
    return _escape(token, pattern)


def _outside(token: re.Match[str], pattern: str) -> str:
    text = token.group()
    if token.lastgroup == "named":
        return text.replace("(?P<", "(?<")
    if token.lastgroup == "flags":
        if not set(text[2:-1]) <= _FLAGS:
            raise _refusal(pattern, text)
        return text.replace("i", "iu")
    return _OUTSIDE[text] if text in _OUTSIDE else _escape(token, pattern)


def _escape(token: re.Match[str], pattern: str) -> str:
    text = token.group()
    if token.lastgroup == "property" and (name := text[3:-1].strip("^")):
        is_not = (text[1] == "P") != ("^" in text)
        return rf"\{'P' if is_not else 'p'}{{Is{name}}}"
    if token.lastgroup == "escape" and (letter := text[1]).isalnum() and letter not in _SHARED_ESCAPES:
        raise _refusal(pattern, text)
    return text


def _refusal(pattern: str, part: str) -> InvalidRule:
    return InvalidRule(
        f"Spark 不能照样理解正则 {pattern} 中的 {part}", "请换一种两边一致的写法，或用 DuckDB 评分。", {"pattern": pattern}
    )
