"""The document of a certificate (PROTOCOL.md, "Certificates of origin"): its form, its chain, its records and their paths."""
from dataclasses import dataclass

from canonical import Malformed, array, canonical, element, integer, octets, parse, properties, text
from chain import Record, action_of_parts, decode_header
from definition import plain
from finality import included
from poseidon import h31, multiproof_root, poseidon

MOST = 1_000_000
# Milliseconds since 1970.
LATEST = 8_640_000_000_000_000


@dataclass
class Holding:
    index: int
    account: int
    asset: int
    in_total: int
    out_total: int

    @property
    def leaf(self):
        return poseidon(self.account, self.asset, self.in_total + (self.out_total << 120))


@dataclass
class Question:
    backward: bool
    offset: int
    length: int
    height: int
    asset: int = None
    account: int = None
    transfer: int = None


@dataclass
class Document:
    question: Question
    header: object
    final_header: object
    finality: bytes
    records: list
    holdings: list
    checkpoint: dict
    siblings: list


def read(data, genesis):
    """The document, or Malformed with the first code of the table that applies; the walk is not made here."""
    if len(data) > 2**26:
        raise Malformed('TOO_LARGE', 'more than 64 MiB')
    raw = parse(data)
    if not isinstance(raw, dict):
        raise Malformed('MALFORMED', 'not an object')
    if raw.get('format') != '1':
        raise Malformed('OTHER_VERSION', 'another format')
    try:
        doc = _form(raw)
    except Malformed as fault:
        raise Malformed('MALFORMED', str(fault)) from fault
    if canonical(raw).encode() != data:
        raise Malformed('NOT_CANONICAL', 'not canonical JSON')
    return _of_chain(doc, genesis)


def _form(doc):
    """The same with values in place of texts: what is missing, not named or out of its bounds is MALFORMED."""
    names = ('format', 'chainId', 'question', 'header', 'finality', 'keys', 'records', 'history', 'holdings', 'stateSize', 'state')
    properties(doc, names, ('later', 'checkpoint'))
    later, checkpoint = doc.get('later'), doc.get('checkpoint')
    return {
        'chain_id': element(doc['chainId']),
        'question': _question(doc['question']),
        'header': octets(doc['header']),
        'finality': octets(doc['finality']),
        'later': _form_of_later(later) if 'later' in doc else None,
        'records': _increasing(_records(array(doc['records'], MOST), _keys(doc['keys'])), lambda r: r['position']),
        'history': _elements(doc['history']),
        'holdings': _increasing([_holding(h) for h in array(doc['holdings'], MOST)], lambda h: h.index),
        'size': integer(doc['stateSize'], 33),
        'state': _elements(doc['state']),
        'checkpoint': _checkpoint(checkpoint) if 'checkpoint' in doc else None,
    }


def _of_chain(doc, genesis):
    if doc['chain_id'] != genesis.chain_id:
        raise Malformed('WRONG_CHAIN', 'of another chain')
    header = _header(doc['header'], genesis)
    if header.height != doc['question'].height + 1:
        raise Malformed('WRONG_HEIGHT', 'the header is not of height + 1')
    later = header
    if doc['later']:
        later = _header(doc['later'][0], genesis)
        if not included(header.data, header.height, later.height, doc['later'][1], later.log_root):
            raise Malformed('NOT_IN_LOG', 'the header is not in the log of the later one')
    records = [_record(value, genesis) for value in doc['records']]
    if genesis.time(max([header.era, *(r.block_era for r in records)])) > LATEST:
        raise Malformed('MALFORMED', 'an era beyond all dates')
    _check_root('NOT_IN_HISTORY', {r.position: r.leaf(genesis.chain_id) for r in records}, 16, header.position, doc['history'], header.history_root)
    if doc['holdings']:
        _check_root('NOT_IN_STATE', {h.index: h.leaf for h in doc['holdings']}, genesis.depth, doc['size'], doc['state'], header.state_root)
    elif doc['size'] or doc['state']:
        raise Malformed('SUPERFLUOUS', 'stateSize or siblings without holdings')
    return Document(doc['question'], header, later, doc['finality'], records, doc['holdings'], doc['checkpoint'], doc['history'])


def _question(value):
    properties(value, ('direction', 'offset', 'length', 'height'), ('asset', 'account', 'transfer'))
    named = {name: element(value[name]) for name in ('asset', 'account', 'transfer') if name in value}
    if set(named) not in ({'asset'}, {'asset', 'account'}, {'transfer'}) or value['direction'] not in ('BACKWARD', 'FORWARD'):
        raise Malformed('MALFORMED', 'a question that is none')
    length = integer(value['length'], 120)
    if length < 1:
        raise Malformed('MALFORMED', 'length 0')
    return Question(value['direction'] == 'BACKWARD', integer(value['offset'], 120), length, integer(value['height'], 48), **named)


def _header(data, genesis):
    header = _decoded(decode_header, data)
    if header.chain_id != genesis.chain_id:
        raise Malformed('WRONG_CHAIN', 'a header of another chain')
    return header


def _decoded(decode, *args):
    try:
        return decode(*args)
    except Malformed as fault:
        raise Malformed('MALFORMED', str(fault)) from fault


def _increasing(items, value):
    values = [value(item) for item in items]
    if any(a >= b for a, b in zip(values, values[1:])):
        raise Malformed('MALFORMED', 'not in order')
    return items


def _keys(value):
    """Kinds and keys, none twice."""
    keys = [octets(key, 601) for key in array(value, MOST)]
    if b'' in keys or len(set(keys)) < len(keys):
        raise Malformed('MALFORMED', 'a key without a kind, or one that is there twice')
    return keys


def _records(values, keys):
    """The keys are in the order in which the records name them, and each is named."""
    named, records = 0, []
    for record in map(_form_of_record, values):
        if 'key' in record:
            named = max(named, record['key'] + 1) if record['key'] <= named else len(keys) + 1
            if named > len(keys):
                raise Malformed('MALFORMED', 'a key that is not there, or not the next')
            record['key'] = keys[record['key']]
        records.append(record)
    if named < len(keys):
        raise Malformed('MALFORMED', 'a key that no record names')
    return records


def _form_of_record(value):
    signed = ('action', 'key', 'signature')
    applied = {'fromHolding': 32, 'toHolding': 32, 'toStart': 120, 'blockEra': 48}
    properties(value, ('position',), (*signed, *applied, 'note'))
    record = {'position': integer(value['position'], 32)}
    if len(value) == 1:
        return record
    properties(value, ('position', *signed, *applied), ('note',))
    record |= {'action': octets(value['action'], 10_240), 'key': integer(value['key'], 32), 'signature': octets(value['signature'], 512)}
    if 'note' in value:
        record['note'] = _note(value['note'])
    return record | {name: integer(value[name], bits) for name, bits in applied.items()}


def _record(value, genesis):
    """A record of the genesis has its position alone; any other has its action and how it was applied."""
    position = value['position']
    if (position < len(genesis.records)) == ('action' in value):
        raise Malformed('MALFORMED', 'an action where none belongs, or none where one does')
    if 'action' not in value:
        return genesis.records[position]
    action = _decoded(action_of_parts, value['action'], value['key'], value['signature'], genesis.chain_id)
    record = Record(**vars(action), position=position, from_holding=value['fromHolding'], to_holding=value['toHolding'],
                    to_start=value['toStart'], block_era=value['blockEra'])
    if 'note' in value:
        _check_note(value['note'], record)
    return record


def _note(value):
    if not plain(text(value), '\t\n\r') or len(value.encode()) > 4096:
        raise Malformed('MALFORMED', 'not a note')
    return value


def _check_note(note, record):
    if h31(note) != record.memo:
        raise Malformed('WRONG_NOTE', 'a note that is not that of the memo')


def _holding(value):
    properties(value, ('index', 'account', 'asset', 'inTotal', 'outTotal'))
    return Holding(integer(value['index'], 32), element(value['account']), element(value['asset']),
                   integer(value['inTotal'], 120), integer(value['outTotal'], 120))


def _check_root(code, leaves, depth, size, siblings, root):
    """The leaves lead to the root of the header, with neither more nor fewer siblings than that takes."""
    if size > 4**depth or any(index >= size for index in leaves):
        raise Malformed(code, 'a leaf at or beyond the size')
    got = multiproof_root(leaves, depth, size, siblings)
    if got is None and leaves:
        raise Malformed('MALFORMED', 'too many or too few siblings')
    if got != root:
        raise Malformed(code, 'not the root of the header')


def _pieces(value, most=2**26):
    data = octets(value, most)
    if len(data) % 32:
        raise Malformed('MALFORMED', 'not a list of 32 bytes each')
    return [data[i:i + 32] for i in range(0, len(data), 32)]


def _elements(value):
    return [element(piece.hex()) for piece in _pieces(value)]


def _form_of_later(value):
    properties(value, ('header', 'inclusion'))
    return octets(value['header']), _pieces(value['inclusion'], 63 * 32)


def _checkpoint(value):
    properties(value, ('note', 'inclusion'))
    if not 1 <= len(text(value['note'])) <= 131_072 or not plain(value['note'], '\t\n\r'):
        raise Malformed('MALFORMED', 'not a note')
    return {'note': value['note'], 'inclusion': _pieces(value['inclusion'], 63 * 32)}
