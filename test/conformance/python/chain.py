"""Actions, records, the genesis and headers (PROTOCOL.md, "Actions", "Hashes", "Genesis", "Blocks")."""
import hashlib
from dataclasses import dataclass

from canonical import Malformed, below_r, canonical, parse
from curves import ed25519_verify, eddsa_account, eddsa_verify
from poseidon import h31, poseidon
from rsa import rsa_account, rsa_verify

MINT, RETIRED = 0, 1
ASSET_TAG, TRANSFER_TAG, REGISTER_TAG = (h31(f'inpigritas/{name}/v1') for name in ('asset', 'transfer', 'register'))
HEADER_BYTES = 283


class Reader:
    """PROTOCOL.md, "Encoding": reads big-endian values; missing and trailing bytes are MALFORMED."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        if self.at + size > len(self.data):
            raise Malformed('MALFORMED', 'bytes are missing')
        self.at += size
        return self.data[self.at - size:self.at]

    def uint(self, size):
        return int.from_bytes(self.take(size), 'big')

    def field(self):
        return below_r(self.uint(32))

    def var(self, most):
        size = self.uint(4)
        if size > most:
            raise Malformed('TOO_LARGE', f'{size} bytes where at most {most} may be')
        return self.take(size)

    def end(self):
        if self.at != len(self.data):
            raise Malformed('MALFORMED', 'trailing bytes')


@dataclass
class Action:
    """What a record has of its action; of one of the genesis, key and signature are None."""

    sender: int
    receiver: int
    asset: int
    start: int
    amount: int
    era: int
    memo: int
    hash: int
    definition: dict = None
    kind: int = None
    key: bytes = None
    signature: bytes = None


@dataclass
class Record(Action):
    position: int = 0
    from_holding: int = 0
    to_holding: int = 0
    to_start: int = 0
    block_era: int = 0
    note: str = None

    @property
    def flags(self):
        return 2 if self.definition else 0 if self.kind == 0 else 1

    def leaf(self, chain_id):
        inner = transfer_hash(chain_id, self)
        packed = self.from_holding + (self.to_holding << 32) + (self.to_start << 64) + (self.flags << 184) + (self.block_era << 186)
        return poseidon(inner, packed)


def transfer_hash(chain_id, a):
    return poseidon(TRANSFER_TAG, chain_id, a.sender, a.receiver, a.asset, a.start + (a.amount << 120), a.era, a.memo)


def registration(chain_id, definition, era):
    """PROTOCOL.md, "Registration": the fields of its record, and its registerHash."""
    canon = canonical(definition)
    cap, issuer = int(definition['cap']), int(definition['issuer'], 16)
    terms = cap + (int(definition['decimals']) << 112) + (int(definition['reinstatable']) << 120)
    asset = poseidon(ASSET_TAG, issuer, terms, h31(canon))
    return Action(issuer, MINT, asset, 0, cap, era, h31(canon), poseidon(REGISTER_TAG, chain_id, asset, era), definition)


def decode_action(data, chain_id):
    """PROTOCOL.md, "Actions"."""
    r = Reader(data)
    version, kind = r.uint(1), r.uint(1)
    if version != 1 or kind > 1:
        raise Malformed('MALFORMED', 'version or type')
    named = r.field()
    if kind == 0:
        sender, receiver, asset = r.field(), r.field(), r.field()
        a = Action(sender, receiver, asset, r.uint(15), r.uint(14), r.uint(6), r.field(), 0)
        a.hash = transfer_hash(named, a)
    else:
        era = r.uint(6)
        canon = r.var(8192)
        definition = parse(canon)
        if canonical(definition).encode() != canon:
            raise Malformed('NOT_CANONICAL', 'a definition that is not canonical')
        a = registration(named, check_definition(definition), era)
    a.kind = r.uint(1)
    if a.kind > 1:
        raise Malformed('MALFORMED', 'kind of key')
    a.key, a.signature = r.var(600), r.var(512)
    r.end()
    if named != chain_id:
        raise Malformed('WRONG_CHAIN', 'an action of another chain')
    return a


def check_definition(definition):
    """The properties of a definition that a certificate depends on (PROTOCOL.md, "Definitions")."""
    from canonical import array, element, integer, properties
    try:
        properties(definition, ('code', 'name', 'issuer', 'cap', 'decimals', 'reinstatable', 'madeFrom', 'metadata'), ('custody',))
        bad = element(definition['issuer']) <= RETIRED or integer(definition['cap'], 112) < 1 or not isinstance(definition['reinstatable'], bool)
        integer(definition['decimals'], 8)
        made = [element(hash_) for hash_ in array(definition['madeFrom'], 16)]
    except Malformed as fault:
        raise Malformed('BAD_DEFINITION', str(fault)) from fault
    if bad or len(set(made)) != len(made):
        raise Malformed('BAD_DEFINITION', 'a value out of its range')
    return definition


def account_of(action):
    """The account of the key that signed, or None if the key is BAD_KEY."""
    return (eddsa_account, rsa_account)[action.kind](action.key)


def signature_valid(action):
    """PROTOCOL.md, "Keys and signatures"."""
    if action.kind == 0:
        return eddsa_verify(action.key, action.hash, action.signature)
    prefix = b'inpigritas/register/v1' if action.definition else b'inpigritas/transfer/v1'
    return rsa_verify(action.key, prefix + action.hash.to_bytes(32, 'big'), action.signature)


@dataclass
class Header:
    """PROTOCOL.md, "Blocks"."""

    data: bytes
    chain_id: int
    params: bytes
    height: int
    view: int
    era: int
    proposer: int
    position: int
    state_root: int
    history_root: int
    log_root: bytes

    @property
    def hash(self):
        return hashlib.sha256(self.data).digest()


def decode_header(data):
    r = Reader(data)
    if r.uint(1) != 2:
        raise Malformed('MALFORMED', 'version of a header')
    chain_id, params, height, view, era = r.field(), r.take(32), r.uint(6), r.uint(6), r.uint(6)
    r.take(32)
    proposer = r.uint(2)
    r.take(32)
    position, state_root, history_root = r.uint(6), r.field(), r.field()
    r.field()
    log_root = r.take(32)
    r.end()
    return Header(data, chain_id, params, height, view, era, proposer, position, state_root, history_root, log_root)


class Genesis:
    """PROTOCOL.md, "Genesis": what is trusted, with its records by position."""

    def __init__(self, data):
        self.json = parse(data)
        canon = canonical(self.json)
        self.chain_id = h31(canon)
        part = {name: self.json[name] for name in ('limits', 'provingKey', 'validators')}
        self.params = hashlib.sha256(canonical(part).encode()).digest()
        self.voters = [bytes.fromhex(v['votingKey']) for v in self.json['validators']]
        self.depth = int(self.json['stateDepth'])
        self.batch = int(self.json['batchSize'])
        self.records = self._records()

    def _records(self):
        records, assets, holdings, issued = [], {}, {}, {}
        for definition in self.json['definitions']:
            a = registration(self.chain_id, definition, 0)
            mint = holdings.setdefault((MINT, a.asset), len(holdings))
            assets[definition['code']] = a.asset
            records.append(Record(**vars(a), position=len(records), from_holding=mint, to_holding=mint))
        received = {}
        for allocation in self.json['allocations']:
            asset, to, amount = assets[allocation['asset']], int(allocation['to'], 16), int(allocation['amount'])
            start = issued.get(asset, 0)
            a = Action(MINT, to, asset, start, amount, 0, 0, 0)
            a.hash = transfer_hash(self.chain_id, a)
            holding = holdings.setdefault((to, asset), len(holdings))
            to_start = received.get(holding, 0)
            issued[asset], received[holding] = start + amount, to_start + amount
            records.append(Record(**vars(a), position=len(records), from_holding=holdings[MINT, asset], to_holding=holding, to_start=to_start))
        return records


def final(genesis, header, data):
    """PROTOCOL.md, "Certificates" of consensus: whether data is a final certificate of the header by a quorum. Raises what is wrong."""
    r, n = Reader(data), len(genesis.voters)
    subject = r.take(41)
    bitmap = int.from_bytes(r.take((n + 7) // 8), 'little')
    quorum = 2 * n // 3 + 1
    if bitmap >> n or bin(bitmap).count('1') != quorum:
        raise Malformed('NOT_CANONICAL', 'the bits are not those of a quorum')
    signatures = [r.take(64) for _ in range(quorum)]
    r.end()
    if subject != b'\x02' + header.view.to_bytes(8, 'big') + header.hash:
        return False
    message = b'inpigritas/vote/v1' + genesis.chain_id.to_bytes(32, 'big') + subject
    signers = [i for i in range(n) if bitmap >> i & 1]
    return all(ed25519_verify(genesis.voters[i], message, s) for i, s in zip(signers, signatures))


def included(leaf, index, size, proof, root):
    """RFC 9162, section 2.1.3.2: whether the entry is number index of the log of this size."""
    if index >= size:
        return False
    node, last, at = hashlib.sha256(b'\0' + leaf).digest(), size - 1, index
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = hashlib.sha256(b'\1' + sibling + node).digest()
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            node = hashlib.sha256(b'\1' + node + sibling).digest()
        at, last = at >> 1, last >> 1
    return last == 0 and node == root
