"""Actions, records, the genesis and headers (PROTOCOL.md, "Actions", "Hashes", "Genesis", "Blocks")."""
import hashlib
from dataclasses import dataclass

from canonical import Malformed, below_r, canonical, parse
from curves import eddsa_account, eddsa_verify
from definition import check_definition
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
        return (3 if self.kind == 0 else 2) if self.definition else 0 if self.kind == 0 else 1

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
    a = _content(r, chain_id, True)
    a.kind, a.key, a.signature = _kind(r.uint(1)), r.var(600), r.var(512)
    r.end()
    return a


def action_of_parts(content, key, signature, chain_id):
    """PROTOCOL.md, "Certificates of origin": the action of a chain from what a certificate has of it."""
    r = Reader(content)
    a = _content(r, chain_id, False)
    r.end()
    a.kind, a.key, a.signature = _kind(key[0]), key[1:], signature
    return a


def _content(r, chain_id, has_chain):
    version, kind = r.uint(1), r.uint(1)
    if version != 1 or kind > 1:
        raise Malformed('MALFORMED', 'version or type')
    if has_chain and r.field() != chain_id:
        raise Malformed('WRONG_CHAIN', 'an action of another chain')
    if kind == 0:
        sender, receiver, asset = r.field(), r.field(), r.field()
        a = Action(sender, receiver, asset, r.uint(15), r.uint(14), r.uint(6), r.field(), 0)
        a.hash = transfer_hash(chain_id, a)
        return a
    era = r.uint(6)
    canon = r.var(8192)
    definition = parse(canon)
    if canonical(definition).encode() != canon:
        raise Malformed('NOT_CANONICAL', 'a definition that is not canonical')
    return registration(chain_id, check_definition(definition), era)


def _kind(value):
    if value > 1:
        raise Malformed('MALFORMED', 'kind of key')
    return value


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
    batch_root: int
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
    batch_root = r.field()
    log_root = r.take(32)
    r.end()
    return Header(data, chain_id, params, height, view, era, proposer, position, state_root, history_root, batch_root, log_root)


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
        self.vk_hash = self.json['provingKey']['vkHash']
        self.batch = int(self.json['batchSize'])
        self.records = self._records()

    def time(self, era):
        """PROTOCOL.md, "Eras": milliseconds since 1970."""
        return int(self.json['startTime']) + era * int(self.json['eraMs'])

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
