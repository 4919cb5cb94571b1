"""The completion script for fish."""

from __future__ import annotations

from collections.abc import Iterator

from app.cli.completion_words import (
    OptionWord,
    Value,
    Verb,
    common_options,
    leading_option,
    verbs,
)

_SCRIPT = r"""# toplu-fatura: fish tamamlaması. ~/.config/fish/config.fish'te:
#   toplu-fatura tamamlama fish | source
function __toplu_fatura_files
    set -l typed (string replace -r -- '^--[^=]*=' '' (commandline -ct))
    set -l names (__fish_complete_path $typed | string replace -r '\t.*' '')
    set -l endings (string join '|' (string escape --style=regex -- $argv))
    test (count $argv) -eq 0; and set endings '.*'
    string match -r -- "^.*(?:/|$endings)\$" $names
end

# Prints the command and how many operands it has: "goster 0"; before the command a blank and 0.
function __toplu_fatura_place
    set -l verb ''
    set -l given 0
    set -l skip 0
    for each in (commandline -opc)[2..-1]
        if test $skip -eq 1
            set skip 0
        else if contains -- $each @COMMON@; or contains -- "$verb $each" @VALUED@
            set skip 1
        else if string match -q -- '-?*' $each
            continue
        else if test -n "$verb"
            set given (math $given + 1)
        else
            set verb $each
        end
    end
    echo "$verb $given"
end

function __toplu_fatura_at
    test (__toplu_fatura_place) = "$argv"
end

function __toplu_fatura_has
    string match -q -- "$argv *" (__toplu_fatura_place)
end

complete -c toplu-fatura -e
complete -c toplu-fatura -f"""


def script() -> str:
    """Return the script."""
    known = verbs()
    valued = [
        _quoted(f"{verb.name} {option.name}")
        for verb in known
        for option in verb.options
        if option.value
    ]
    common = [option.name for option in common_options() if option.value]
    text = _SCRIPT.replace("@VALUED@", " ".join(valued)).replace("@COMMON@", " ".join(common))
    lines = [_complete("", _option(option), option.description) for option in common_options()]
    first = leading_option()
    lines.append(_complete("__toplu_fatura_at '' 0", _option(first), first.description))
    return "\n".join([text, *lines, *(line for verb in known for line in _lines(verb)), ""])


def _lines(verb: Verb) -> Iterator[str]:
    yield _complete("__toplu_fatura_at '' 0", f"-a {verb.name}", verb.description)
    for place, operand in enumerate(verb.operands):
        if action := _action(operand):
            yield _complete(f"__toplu_fatura_at {verb.name} {place}", action, "")
    for option in verb.options:
        yield _complete(f"__toplu_fatura_has {verb.name}", _option(option), option.description)


def _option(option: OptionWord) -> str:
    name = f"-l {option.name.removeprefix('--')}"
    return name if option.value is None else f"{name} -x {_action(option.value)}".rstrip()


def _action(value: Value) -> str:
    if value.words:
        return f"-a {_quoted(' '.join(value.words))}"
    if not value.is_file:
        return ""
    return f"-a {_quoted(' '.join(('(__toplu_fatura_files', *value.endings)) + ')')}"


def _complete(condition: str, what: str, description: str) -> str:
    where = f" -n {_quoted(condition)}" if condition else ""
    text = f" -d {_quoted(description)}" if description else ""
    return f"complete -c toplu-fatura{where} {what}{text}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
