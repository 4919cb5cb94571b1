"""The completion script for bash 4.4 and newer; it needs no other package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from shlex import quote

from app.cli.completion_words import Value, Verb, common_options, leading_option, verbs

# COMP_WORDS holds the words as typed, with quotes, and "=" as a word of its own.
_SCRIPT = r"""# toplu-fatura: bash tamamlaması. ~/.bashrc'de: source <(toplu-fatura tamamlama bash)
_toplu_fatura_files() {
    local name place
    compopt -o filenames 2>/dev/null
    while IFS= read -r name; do
        place=$name
        [[ $name == "~/"* ]] && place=$HOME/${name:2}
        [[ -d $place || $# -eq 0 ]] && COMPREPLY+=("$name") && continue
        for ending; do
            [[ $name == *"$ending" ]] && COMPREPLY+=("$name") && break
        done
    done < <(compgen -f -- "$word")
}

_toplu_fatura_words() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word")
}

_toplu_fatura() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local verb='' given=0 skip='' index each ending own=''
    COMPREPLY=()
    if [[ $word == "=" ]]; then
        word=''
    elif [[ $before == "=" ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    word=${word#[\'\"]}
    word=${word//\\/}
    for ((index = 1; index < COMP_CWORD; index++)); do
        each=${COMP_WORDS[index]}
        if [[ $skip ]]; then
            [[ $each == "=" ]] || skip=''
            continue
        fi
        case "$verb $each" in
            @VALUED@) skip=1 ;;
            *" -"?*) ;;
            *) if [[ $verb ]]; then given=$((given + 1)); else verb=$each; fi ;;
        esac
    done
    case "$verb $before" in
@VALUES@
    esac
    if [[ $word == -* ]]; then
        case "$verb" in
@OPTIONS@
        esac
        _toplu_fatura_words "$own @COMMON@"
        return
    fi
    case "$verb $given" in
@OPERANDS@
    esac
}
complete -F _toplu_fatura toplu-fatura
"""


def script() -> str:
    """Return the script."""
    known = verbs()
    valued = [
        *((f'*" {option.name}"', value) for option in common_options() if (value := option.value)),
        *(place for verb in known for place in _options_with_values(verb)),
    ]
    parts = {
        "VALUED": "|".join(place for place, _ in valued),
        "VALUES": _cases(8, ((place, f"{_action(value)}; return") for place, value in valued)),
        "COMMON": " ".join(option.name for option in common_options()),
        "OPTIONS": _cases(12, _own_options(known)),
        "OPERANDS": _cases(8, _operands(known)),
    }
    text = _SCRIPT
    for name, part in parts.items():
        text = text.replace(f"@{name}@", part)
    return text


def _options_with_values(verb: Verb) -> Iterator[tuple[str, Value]]:
    """Yield each option with a value, together with its command."""
    for option in verb.options:
        if option.value:
            yield quote(f"{verb.name} {option.name}"), option.value


def _own_options(known: list[Verb]) -> Iterator[tuple[str, str]]:
    yield "''", f"own={leading_option().name}"
    for verb in known:
        if verb.options:
            yield verb.name, f"own={quote(' '.join(option.name for option in verb.options))}"


def _operands(known: list[Verb]) -> Iterator[tuple[str, str]]:
    yield quote(" 0"), _words(verb.name for verb in known)
    for verb in known:
        for place, operand in enumerate(verb.operands):
            yield quote(f"{verb.name} {place}"), _action(operand)


def _action(value: Value) -> str:
    if value.words:
        return _words(value.words)
    if value.is_file:
        return " ".join(("_toplu_fatura_files", *map(quote, value.endings)))
    return ":"


def _words(words: Iterable[str]) -> str:
    return f"_toplu_fatura_words {quote(' '.join(words))}"


def _cases(indent: int, cases: Iterable[tuple[str, str]]) -> str:
    """Return the branches of a `case`; branches with the same action are merged."""
    places: dict[str, list[str]] = {}
    for place, action in cases:
        places.setdefault(action, []).append(place)
    return "\n".join(
        f"{' ' * indent}{'|'.join(same)}) {action} ;;" for action, same in places.items()
    )
