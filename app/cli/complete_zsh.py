"""The completion script for zsh, to be sourced or put into $fpath as _toplu-fatura."""

from __future__ import annotations

import re

from app.cli.completion_words import (
    OptionWord,
    Value,
    Verb,
    common_options,
    leading_option,
    verbs,
)

_SCRIPT = """#compdef toplu-fatura
# toplu-fatura: zsh tamamlaması. ~/.zshrc'de, compinit'ten sonra:
#   source <(toplu-fatura tamamlama zsh)
_toplu_fatura_verbs() {
    local -a verbs
    verbs=(
@VERBS@
    )
    _describe -t commands komut verbs
}

_toplu_fatura() {
    local curcontext=$curcontext state
    local -a line
    local -A opt_args
    local -a common
    common=(
@COMMON@
    )
    _arguments -C $common @LEADING@ \\
        '1:komut:_toplu_fatura_verbs' \\
        '*::seçenek:->rest'
    [[ $state == rest ]] || return
    case $words[1] in
@CASES@
    esac
}

if [[ $funcstack[1] == _toplu_fatura ]]; then
    _toplu_fatura "$@"
else
    compdef _toplu_fatura toplu-fatura
fi
"""


def script() -> str:
    """Return the script."""
    known = verbs()
    verb_lines = (
        f"        {_quoted(f'{verb.name}:{verb.description}'.rstrip(':'))}" for verb in known
    )
    common = (f"        {_option(option)}" for option in common_options())
    return (
        _SCRIPT.replace("@VERBS@", "\n".join(verb_lines))
        .replace("@COMMON@", "\n".join(common))
        .replace("@LEADING@", _option(leading_option()))
        .replace("@CASES@", "\n".join(map(_case, known)))
    )


def _case(verb: Verb) -> str:
    specs = [_option(option) for option in verb.options]
    specs += [
        _quoted(f"{place}:{_plain(operand.name)}:{_action(operand)}")
        for place, operand in enumerate(verb.operands, 1)
    ]
    lines = "".join(f" \\\n                {spec}" for spec in specs)
    return f"        {verb.name})\n            _arguments $common{lines} ;;"


def _option(option: OptionWord) -> str:
    text = f"[{_plain(option.description)}]" if option.description else ""
    if option.value is None:
        return _quoted(f"{option.name}{text}")
    return _quoted(f"{option.name}={text}:{_plain(option.value.name)}:{_action(option.value)}")


def _action(value: Value) -> str:
    if value.words:
        return f"({' '.join(value.words)})"
    if not value.is_file:
        return " "
    if not value.endings:
        return "_files"
    return f'_files -g "*({"|".join(value.endings)})(-.)"'


def _plain(text: str) -> str:
    """Escape a text for contexts where brackets and colons have a meaning."""
    return re.sub(r"([\\\[\]:])", r"\\\1", text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
