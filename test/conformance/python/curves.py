"""Signatures: EdDSA-Poseidon on BabyJubJub and RSA-PSS (PROTOCOL.md, "Keys and signatures"), and Ed25519 (RFC 8032)."""
import hashlib

from poseidon import R, poseidon

# BabyJubJub, EIP-2494.
A, D = 168700, 168696
ORDER = 2736030358979909402780800718157159386076813972158567259200215660948447373041
BASE = (
    5299619240641551281634865583518297030282874472190772894086521144482721001553,
    16950150798460657717958625567821834550301663161624707787222815936182638968203,
)

# Ed25519, RFC 8032.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
ED_D = -121665 * pow(121666, -1, P) % P


def edwards_add(p, q, a, d, m):
    """The sum of two points (X, Y, Z) of the twisted Edwards curve a x^2 + y^2 = 1 + d x^2 y^2 modulo m."""
    x1, y1, z1 = p
    x2, y2, z2 = q
    z = z1 * z2 % m
    b, c, e = z * z % m, x1 * x2 % m, y1 * y2 % m
    f = d * c * e % m
    g, h = b - f, b + f
    return (z * g * ((x1 + y1) * (x2 + y2) - c - e) % m, z * h * (e - a * c) % m, g * h % m)


def multiply(scalar, point, a, d, m):
    result = (0, 1, 1)
    for bit in bin(scalar)[2:]:
        result = edwards_add(result, result, a, d, m)
        if bit == '1':
            result = edwards_add(result, point, a, d, m)
    return result


def same(p, q, m):
    return (p[0] * q[2] - q[0] * p[2]) % m == 0 and (p[1] * q[2] - q[1] * p[2]) % m == 0


def _on_baby(x, y):
    return x < R and y < R and (A * x * x + y * y - 1 - D * x * x * y * y) % R == 0


def _baby(scalar, point):
    return multiply(scalar, (*point, 1), A, D, R)


def _pair(data):
    return int.from_bytes(data[:32], 'big'), int.from_bytes(data[32:64], 'big')


def eddsa_account(key):
    """The account of an eddsa key of 64 bytes, or None if the key is BAD_KEY."""
    if len(key) != 64:
        return None
    point = _pair(key)
    if not _on_baby(*point) or point == (0, 1) or not same(_baby(ORDER, point), (0, 1, 1), R):
        return None
    return poseidon(*point)


def eddsa_verify(key, message, signature):
    """Whether S * B8 = R8 + 8 * Poseidon(R8, A, M) * A; the key is acceptable."""
    if len(signature) != 96:
        return False
    r8, s = _pair(signature), int.from_bytes(signature[64:], 'big')
    if not _on_baby(*r8) or s >= ORDER:
        return False
    point = _pair(key)
    right = edwards_add((*r8, 1), _baby(8 * poseidon(*r8, *point, message), point), A, D, R)
    return same(_baby(s, BASE), right, R)


def _ed_decode(data):
    """RFC 8032, section 5.1.3."""
    y = int.from_bytes(data, 'little')
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(ED_D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return (x if x & 1 == sign else P - x, y, 1)


ED_BASE = _ed_decode((4 * pow(5, -1, P) % P).to_bytes(32, 'little'))


def ed25519_verify(key, message, signature):
    """RFC 8032, section 5.1.7, without the cofactor."""
    point, r = _ed_decode(key), _ed_decode(signature[:32])
    s = int.from_bytes(signature[32:], 'little')
    if point is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), 'little') % L
    return same(multiply(s, ED_BASE, -1, ED_D, P), edwards_add(r, multiply(k, point, -1, ED_D, P), -1, ED_D, P), P)
