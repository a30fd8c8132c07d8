"""Canonical JSON (PROTOCOL.md, "Encoding"; RFC 8785) and the forms of values in a certificate."""
import base64
import json
import re

from poseidon import R


DEEPEST = 32


class Malformed(Exception):
    """What makes a document not intact, with a code."""

    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code


def _object(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Malformed('MALFORMED', 'a key occurs twice')
    return result


def _brackets(text):
    """The most brackets around one place of a text, those in strings left out."""
    depth = deepest = 0
    for bracket in re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text, re.S):
        depth += (bracket in '[{') - (bracket in ']}')
        deepest = max(deepest, depth)
    return deepest


def _check_values(value, depth=0):
    """The outermost value has depth 0."""
    if depth > DEEPEST:
        raise Malformed('TOO_LARGE', f'nested more than {DEEPEST} levels deep')
    for part in (*value, *value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_values(part, depth + 1)
    if isinstance(value, str) and any('\ud800' <= c <= '\udfff' for c in value):
        raise Malformed('MALFORMED', 'a lone surrogate')
    return value


def parse(data):
    """JSON from bytes, with the faults of "Encoding"."""
    try:
        text = data.decode('utf-8')
        if _brackets(text) > DEEPEST + 1:
            raise Malformed('TOO_LARGE', f'nested more than {DEEPEST} levels deep')
        return _check_values(json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant))
    except ValueError as error:
        raise Malformed('MALFORMED', str(error)) from error


def _no_constant(name):
    raise ValueError(f'{name} is no JSON')


def canonical(value):
    """The canonical text; numbers do not occur in what is hashed."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode('utf-16-be', 'surrogatepass'))
        return '{' + ','.join(canonical(key) + ':' + canonical(value[key]) for key in keys) + '}'
    if isinstance(value, list):
        return '[' + ','.join(map(canonical, value)) + ']'
    return json.dumps(value, ensure_ascii=False)


def properties(value, required, optional=()):
    """An object with exactly these properties."""
    if not isinstance(value, dict):
        raise Malformed('MALFORMED', 'not an object')
    if not set(required) <= set(value) <= {*required, *optional}:
        raise Malformed('MALFORMED', f'properties {sorted(value)}')
    return value


def integer(value, bits):
    """A decimal string below 2^bits."""
    if not isinstance(value, str) or len(value) > 40 or not re.fullmatch('0|[1-9][0-9]*', value) or int(value) >= 1 << bits:
        raise Malformed('MALFORMED', f'{value!r:.60} is not an integer of {bits} bits')
    return int(value)


def element(value):
    """A field element in 64 lower-case hexadecimal digits."""
    if not isinstance(value, str) or not re.fullmatch('[0-9a-f]{64}', value):
        raise Malformed('MALFORMED', f'{value!r:.60} is not a field element')
    return below_r(int(value, 16))


def below_r(number):
    if number >= R:
        raise Malformed('NOT_CANONICAL', 'a field element of r or more')
    return number


def octets(value, most=2**26):
    """Bytes in base64url without padding whose unused bits are 0."""
    if not isinstance(value, str) or not re.fullmatch('[A-Za-z0-9_-]*', value) or len(value) % 4 == 1:
        raise Malformed('MALFORMED', f'{value!r:.60} is not base64url')
    data = base64.urlsafe_b64decode(value + '=' * (-len(value) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b'=') != value.encode():
        raise Malformed('MALFORMED', 'unused bits of base64url are not 0')
    if len(data) > most:
        raise Malformed('TOO_LARGE', f'{len(data)} bytes')
    return data


def text(value):
    if not isinstance(value, str):
        raise Malformed('MALFORMED', 'not a text')
    return value


def array(value, most):
    if not isinstance(value, list):
        raise Malformed('MALFORMED', 'not a list')
    if len(value) > most:
        raise Malformed('TOO_LARGE', f'{len(value)} entries')
    return value
