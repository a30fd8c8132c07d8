"""The proofs of batches as a file (PROTOCOL.md, "Proofs as a file"), and which records of a certificate they prove."""
from functools import lru_cache

from canonical import Malformed, array, canonical, element, integer, octets, parse, properties
from chain import decode_header
from finality import final
from pairing import Key, proof_holds
from poseidon import empty, multiproof_level, poseidon


class Unproven(Exception):
    """The file proves nothing."""


def proven(document, genesis, data):
    """The verdict for the records of a certificate, given a file of proofs or None."""
    if data is None:
        return 'unknown'
    signed = [r.position // genesis.batch for r in document.records if r.kind is not None]
    try:
        roots = batch_roots(genesis, data, max(signed, default=0))
    except (Unproven, Malformed):
        return 'no'
    height = _height(genesis)
    own = multiproof_level({r.position: r.leaf(genesis.chain_id) for r in document.records}, height, document.header.position, document.siblings)
    full = document.header.position // genesis.batch
    shown = [k for k in signed if k < full and k in roots]
    if any(roots[k] != own[k] for k in shown):
        return 'no'
    return 'yes' if len(shown) == len(signed) else 'partly' if shown else 'no'


def _height(genesis):
    """B = 4^height."""
    return (genesis.batch.bit_length() - 1) // 2


@lru_cache(maxsize=None)
def batch_roots(genesis, data, last):
    """The roots of the records of the proven batches up to the last one, by index. Raises Unproven or Malformed."""
    raw, batches = _read(data)
    if raw['chainId'] != f'{genesis.chain_id:064x}':
        raise Unproven('of another chain')
    header = decode_header(octets(raw['header']))
    if header.chain_id != genesis.chain_id or not final(genesis, header, octets(raw['finality'])):
        raise Unproven('the header is not final')
    key = Key(octets(raw['verificationKey']))
    first = -(-len(genesis.records) // genesis.batch)
    count = max(first, -(-header.position // genesis.batch))
    if len(batches) != count - first:
        raise Unproven('not the batches before the header')
    end = max(first, header.position // genesis.batch)
    before, roots, whole = genesis_root(genesis), {}, True
    for index, batch in enumerate(batches, first):
        if batch['proof'] is None or index > last or index >= end:
            whole = whole and index >= end
            if index < end:
                break
            continue
        counts = genesis.batch - batch['attested'] + (batch['attested'] << 32)
        signals = (genesis.chain_id, index, before, batch['root'], batch['records'], counts, *batch['data'])
        if not key.good or key.hash != genesis.vk_hash or not proof_holds(key, signals, batch['proof']):
            raise Unproven(f'batch {index}')
        before, roots[index] = batch['root'], batch['records']
    _check_history(genesis, first, [b['records'] for b in batches], header)
    if whole and before != header.batch_root:
        raise Unproven('the last batch ends at another state')
    return roots


def _check_history(genesis, first, roots, header):
    height = _height(genesis)
    level = {}
    for index in range(first):
        records = [r for r in genesis.records if r.position // genesis.batch == index]
        level[index] = _subtree({r.position % genesis.batch: r.leaf(genesis.chain_id) for r in records}, height)
    level.update(enumerate(roots, first))
    if _subtree(level, 16 - height, height) != header.history_root:
        raise Unproven('not the history of the header')


def _subtree(level, levels, height=0):
    """The root over nodes of one height by index."""
    for _ in range(levels):
        parents = {i // 4 for i in level}
        level = {p: poseidon(*(level.get(i, empty(height)) for i in range(4 * p, 4 * p + 4))) for p in parents}
        height += 1
    return level.get(0, empty(height))


def genesis_root(genesis):
    """The state root after the records of the genesis."""
    holdings = {}
    for r in genesis.records:
        if not r.definition:
            holdings[r.from_holding][3] += r.amount
        holdings.setdefault(r.to_holding, [r.receiver, r.asset, 0, 0])[2] += r.amount
    leaves = {i: poseidon(account, asset, into + (out << 120)) for i, (account, asset, into, out) in holdings.items()}
    return _subtree(leaves, genesis.depth)


def _read(data):
    if len(data) > 2**26:
        raise Malformed('TOO_LARGE', 'more than 64 MiB')
    raw = parse(data)
    properties(raw, ('format', 'chainId', 'header', 'finality', 'verificationKey', 'batches'))
    if raw['format'] != '1' or canonical(raw).encode() != data:
        raise Unproven('another format, or not canonical')
    element(raw['chainId'])
    return raw, [_batch(b) for b in array(raw['batches'], 1_000_000)]


def _batch(value):
    proven_only = ('proof', 'stateRoot', 'attested', 'dataPoint', 'dataValue')
    properties(value, ('recordsRoot',), proven_only)
    batch = {'records': element(value['recordsRoot']), 'proof': None}
    if len(value) == 1:
        return batch
    properties(value, ('recordsRoot', *proven_only))
    proof = octets(value['proof'])
    if len(proof) != 256:
        raise Malformed('MALFORMED', 'a proof has 256 bytes')
    data = element(value['dataPoint']), element(value['dataValue'])
    return batch | {'proof': proof, 'root': element(value['stateRoot']), 'attested': integer(value['attested'], 32), 'data': data}
