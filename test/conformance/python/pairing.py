"""Groth16 over BN254 (PROTOCOL.md, "Batch proofs", strict verification, and "Verification keys"): points, the ate pairing, a proof."""
import hashlib
from functools import lru_cache

from poseidon import R

Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583
# The trace of Frobenius less 1: the loop of the ate pairing.
LOOP = 147946756881789318990833708069417712966
G2_BASE = (
    (10857046999023057135944570762232829481370756359578518086990519993285655852781,
     11559732032986387107991004021392285783925812861821192530917403151452391805634),
    (8495653923123431417604973247489272438418190587263600148770280649306958101930,
     4082367875863433681332203403145435568316851327593401208105741076214120093531),
)


# Fp2: pairs (a, b) for a + b i, with i^2 = -1.

def mul2(x, y):
    return (x[0] * y[0] - x[1] * y[1]) % Q, (x[0] * y[1] + x[1] * y[0]) % Q


def sub2(x, y):
    return (x[0] - y[0]) % Q, (x[1] - y[1]) % Q


def scale2(x, n):
    return x[0] * n % Q, x[1] * n % Q


def inverse2(x):
    norm = pow(x[0] * x[0] + x[1] * x[1], -1, Q)
    return x[0] * norm % Q, -x[1] * norm % Q


# The curve y^2 = x^3 + 3 and its twist y^2 = x^3 + 3 / (9 + i). None is infinity.

TWIST_B = scale2(inverse2((9, 1)), 3)


def slope2(p, q):
    """The slope of the line through two points of the twist, that of the tangent if they are equal; None if it is vertical."""
    if p[0] != q[0]:
        return mul2(sub2(q[1], p[1]), inverse2(sub2(q[0], p[0])))
    if p[1] != q[1] or p[1] == (0, 0):
        return None
    return mul2(scale2(mul2(p[0], p[0]), 3), inverse2(scale2(p[1], 2)))


def add2(p, q):
    if p is None or q is None:
        return p or q
    slope = slope2(p, q)
    if slope is None:
        return None
    x = sub2(sub2(mul2(slope, slope), p[0]), q[0])
    return x, sub2(mul2(slope, sub2(p[0], x)), p[1])


def times(point, scalar, add):
    result = None
    for bit in bin(scalar)[2:]:
        result = add(result, result)
        if bit == '1':
            result = add(result, point)
    return result


def add1(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0]:
        if (p[1] + q[1]) % Q == 0:
            return None
        slope = 3 * p[0] * p[0] * pow(2 * p[1], -1, Q) % Q
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, Q) % Q
    x = (slope * slope - p[0] - q[0]) % Q
    return x, (slope * (p[0] - x) - p[1]) % Q


def _numbers(data):
    return [int.from_bytes(data[i:i + 32], 'big') for i in range(0, len(data), 32)]


@lru_cache(maxsize=None)
def point1(data):
    """A point of EIP-197's encoding, or None if it is not canonical, off the curve or infinity."""
    x, y = _numbers(data)
    good = x < Q and y < Q and (y * y - x**3 - 3) % Q == 0
    return (x, y) if good else None


@lru_cache(maxsize=None)
def point2(data):
    """The same in G2, where the imaginary part comes first; None too outside the subgroup of order r."""
    x1, x0, y1, y0 = numbers = _numbers(data)
    x, y = (x0, x1), (y0, y1)
    if max(numbers) >= Q or sub2(mul2(y, y), mul2(mul2(x, x), x)) != TWIST_B:
        return None
    return (x, y) if times((x, y), R, add2) is None else None


# Fp12: 12 coefficients of powers of w, with w^12 = 18 w^6 - 82, so that w^6 = 9 + i.

ONE = [1] + [0] * 11


def mul12(x, y):
    wide = [0] * 23
    for i, a in enumerate(x):
        if a:
            for j, b in enumerate(y):
                wide[i + j] += a * b
    for i in range(22, 11, -1):
        wide[i - 6] += 18 * wide[i]
        wide[i - 12] -= 82 * wide[i]
    return [c % Q for c in wide[:12]]


def line(slope, through, at):
    """The line of that slope through a point of the twist, at a point of the curve: y - slope x w + (slope x' - y') w^3."""
    result = [at[1]] + [0] * 11
    for power, (a, b) in ((1, scale2(slope, -at[0])), (3, sub2(mul2(slope, through[0]), through[1]))):
        result[power] = (a - 9 * b) % Q
        result[power + 6] = b
    return result


def pairing_is_one(pairs):
    """Whether the product of the pairings of these points of G1 and G2 is 1. Vertical lines lie in a subfield, and do not count."""
    product, moving = ONE, [q for _, q in pairs]

    def step(product, others):
        for i, ((p, _), other) in enumerate(zip(pairs, others)):
            product = mul12(product, line(slope2(moving[i], other), moving[i], p))
            moving[i] = add2(moving[i], other)
        return product

    for bit in bin(LOOP)[3:]:
        product = step(mul12(product, product), list(moving))
        if bit == '1':
            product = step(product, [q for _, q in pairs])
    result = ONE
    for bit in bin((Q**12 - 1) // R)[2:]:
        result = mul12(result, result)
        if bit == '1':
            result = mul12(result, product)
    return result == ONE


class Key:
    """A verification key from the bytes that vkHash covers; `good` only if it may be used."""

    def __init__(self, data):
        self.hash = hashlib.sha256(data).hexdigest()
        count = int.from_bytes(data[:4], 'big')
        self.good = len(data) == 452 + 64 * (count + 1) and count == 8
        if not self.good:
            return
        self.alpha = point1(data[4:68])
        self.beta, self.gamma, self.delta = (point2(data[i:i + 128]) for i in (68, 196, 324))
        self.ic = [point1(data[i:i + 64]) for i in range(452, len(data), 64)]
        self.good = None not in (self.alpha, self.beta, self.gamma, self.delta, *self.ic) and self.delta not in (self.gamma, G2_BASE)


@lru_cache(maxsize=None)
def proof_holds(key, signals, data):
    """e(A, B) = e(alpha, beta) e(IC, gamma) e(C, delta), where IC is IC0 and the sum of the signals times the others."""
    a, b, c = point1(data[:64]), point2(data[64:192]), point1(data[192:])
    if None in (a, b, c):
        return False
    total = key.ic[0]
    for signal, point in zip(signals, key.ic[1:]):
        total = add1(total, times(point, signal, add1) if signal else None)
    if total is None:
        return pairing_is_one([((a[0], -a[1] % Q), b), (key.alpha, key.beta), (c, key.delta)])
    return pairing_is_one([((a[0], -a[1] % Q), b), (key.alpha, key.beta), (total, key.gamma), (c, key.delta)])
