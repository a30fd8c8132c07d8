"""Poseidon over the scalar field of BN254 (PROTOCOL.md, "Hashes"), and the quaternary trees (PROTOCOL.md, "Trees")."""
import hashlib
from functools import lru_cache

R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
FULL_ROUNDS = 8
# Number of inputs -> number of partial rounds; the width is one more than the inputs.
PARTIAL_ROUNDS = {2: 57, 3: 56, 4: 60, 5: 60, 8: 63}


class Grain:
    """The LFSR of 80 bits in self-shrinking mode with which the Poseidon paper (USENIX Security 2021, appendix E) makes constants."""

    def __init__(self, width, partial):
        self.bits = []
        for value, size in ((1, 2), (0, 4), (254, 12), (width, 12), (FULL_ROUNDS, 10), (partial, 10), (2**30 - 1, 30)):
            self.bits += [value >> (size - 1 - i) & 1 for i in range(size)]
        for _ in range(160):
            self._step()

    def _step(self):
        b = self.bits
        new = b[-18] ^ b[-29] ^ b[-42] ^ b[-57] ^ b[-67] ^ b[-80]
        b.append(new)
        return new

    def number(self):
        """The next 254 bits as a number, which may be r or more."""
        value, count = 0, 0
        while count < 254:
            keep, bit = self._step(), self._step()
            if keep:
                value, count = value << 1 | bit, count + 1
        return value

    def element(self):
        """The next number that is below r."""
        while True:
            value = self.number()
            if value < R:
                return value


@lru_cache(maxsize=None)
def _parameters(inputs):
    """The round constants, a list per round, and the rows of the Cauchy matrix."""
    width, partial = inputs + 1, PARTIAL_ROUNDS[inputs]
    grain = Grain(width, partial)
    constants = [[grain.element() for _ in range(width)] for _ in range(FULL_ROUNDS + partial)]
    numbers = [grain.number() % R for _ in range(2 * width)]
    matrix = [[pow(x + y, -1, R) for y in numbers[width:]] for x in numbers[:width]]
    return constants, matrix


@lru_cache(maxsize=200_000)
def poseidon(*inputs):
    """The hash of 2, 3, 4, 5 or 8 field elements."""
    constants, matrix = _parameters(len(inputs))
    last = len(constants) - FULL_ROUNDS // 2
    state = [0, *inputs]
    for index, row in enumerate(constants):
        state = [a + c for a, c in zip(state, row)]
        if FULL_ROUNDS // 2 <= index < last:
            state[0] = pow(state[0], 5, R)
        else:
            state = [pow(a, 5, R) for a in state]
        state = [sum(map(int.__mul__, m, state)) % R for m in matrix]
    return state[0]


def h31(data):
    """PROTOCOL.md, "Hashes": the first 31 bytes of SHA-256 of bytes or of a text."""
    if isinstance(data, str):
        data = data.encode('utf-8')
    return int.from_bytes(hashlib.sha256(data).digest()[:31], 'big')


@lru_cache(maxsize=None)
def empty(height):
    """Z_l, the root of an empty subtree of this height."""
    return 0 if height == 0 else poseidon(*[empty(height - 1)] * 4)


def multiproof_root(leaves, depth, size, siblings):
    """PROTOCOL.md, "Certificates of origin", siblings: the root over leaves (a dict by index), or None if the siblings do not fit."""
    rest = iter(siblings)
    level = _climb(leaves, depth, size, rest)
    return None if level is None or next(rest, None) is not None else level.get(0)


def multiproof_level(leaves, height, size, siblings):
    """The nodes of a height that follow from the leaves, by index."""
    return _climb(leaves, height, size, iter(siblings))


def _climb(leaves, top, size, rest):
    level = dict(leaves)
    for height in range(top):
        parents = {}
        for parent in sorted({index // 4 for index in level}):
            children = []
            for child in range(4 * parent, 4 * parent + 4):
                known = level.get(child)
                if known is None:
                    known = empty(height) if child * 4**height >= size else next(rest, None)
                if known is None:
                    return None
                children.append(known)
            parents[parent] = poseidon(*children)
        level = parents
    return level
