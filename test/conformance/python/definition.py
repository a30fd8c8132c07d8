"""The rules for a definition of an asset (PROTOCOL.md, "Definitions")."""
import re
import unicodedata

from canonical import Malformed, array, element, integer, properties, text

BIDI = {0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
PROPERTIES = ('code', 'name', 'issuer', 'cap', 'decimals', 'reinstatable', 'madeFrom', 'metadata')
CUSTODY = ('identity-preserved', 'segregated', 'mass-balance')
BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'


def plain(value, besides=''):
    """PROTOCOL.md, "Encoding": no control characters and no bidirectional controls."""
    return all(c in besides or (unicodedata.category(c) != 'Cc' and ord(c) not in BIDI) for c in value)


def address(account):
    """PROTOCOL.md, "Addresses": bech32m (BIP 350)."""
    data = [account << 4 >> 5 * i & 31 for i in reversed(range(52))]
    check = 1
    for value in [3, 3, 3, 0, 9, 14, 16, *data, *[0] * 6]:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> i & 1 else 0
    check ^= 0x2BC830A3
    return 'inp1' + ''.join(BECH32[v] for v in data + [check >> 5 * (5 - i) & 31 for i in range(6)])


def check_definition(definition):
    """The same definition, or Malformed with BAD_DEFINITION."""
    try:
        fine = _check(definition)
    except Malformed as fault:
        raise Malformed('BAD_DEFINITION', str(fault)) from fault
    if not fine:
        raise Malformed('BAD_DEFINITION', 'a value out of its range')
    return definition


def _check(definition):
    properties(definition, PROPERTIES, ('custody',))
    code, name, issuer = text(definition['code']), text(definition['name']), element(definition['issuer'])
    made = [element(hash_) for hash_ in array(definition['madeFrom'], 16)]
    integer(definition['decimals'], 8)
    return (
        re.fullmatch('[A-Za-z0-9._:/-]{1,64}', code)
        and (len(code) != 62 or not code.startswith('inp1') or code == address(issuer))
        and 1 <= len(name) <= 128 and plain(name)
        and issuer > 1
        and integer(definition['cap'], 112) >= 1
        and isinstance(definition['reinstatable'], bool)
        and len(set(made)) == len(made)
        and _metadata_fine(definition['metadata'])
        and ('custody' not in definition or definition['custody'] in CUSTODY)
    )


def _metadata_fine(metadata):
    return isinstance(metadata, dict) and len(metadata) <= 32 and all(
        1 <= len(key) <= 64 and plain(key) and len(text(value)) <= 1024 and plain(value, '\t\n\r') for key, value in metadata.items()
    )
