"""RSASSA-PSS with SHA-256 and a salt of 32 bytes (PROTOCOL.md, "Keys and signatures"; RFC 8017, section 8.1.2)."""
import hashlib
from itertools import count

from curves import A, D
from poseidon import R, h31, poseidon

ALGORITHM = bytes.fromhex('300d06092a864886f70d0101010500')


def _is_x_of_a_point(x):
    """Whether a point of BabyJubJub has this x: y^2 = (1 - A x^2) / (1 - D x^2), by Euler's criterion."""
    return pow((1 - A * x * x) * pow(1 - D * x * x, -1, R), (R - 1) // 2, R) != R - 1


RSA_TAG = next(tag for tag in (h31(f'inpigritas/account/rsa/{counter}') for counter in count()) if not _is_x_of_a_point(tag))


def _der(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, 'big')
    return bytes([tag, 128 | len(length)]) + length + content


def spki(modulus):
    """The one SubjectPublicKeyInfo of a modulus with exponent 65,537."""
    number = modulus.to_bytes(modulus.bit_length() // 8 + 1, 'big')
    key = _der(0x30, _der(2, number) + _der(2, b'\x01\x00\x01'))
    return _der(0x30, ALGORITHM + _der(3, b'\x00' + key))


def rsa_modulus(key):
    """The modulus in a SubjectPublicKeyInfo, or None if the key is BAD_KEY: as DER is unique, it is read loosely and encoded again."""
    for size in range(256, 513):
        tail = key[-5 - size:-5]
        modulus = int.from_bytes(tail, 'big')
        if len(tail) == size and modulus & 1 and 2048 <= modulus.bit_length() <= 4096 and spki(modulus) == key:
            return modulus
    return None


def rsa_account(key):
    return None if rsa_modulus(key) is None else poseidon(RSA_TAG, h31(key))


def _mask(seed, size):
    blocks = (hashlib.sha256(seed + counter.to_bytes(4, 'big')).digest() for counter in range(-(-size // 32)))
    return int.from_bytes(b''.join(blocks)[:size], 'big')


def rsa_verify(key, message, signature):
    """RFC 8017, section 9.1.2; the key is acceptable."""
    modulus = rsa_modulus(key)
    bits = modulus.bit_length()
    number = int.from_bytes(signature, 'big')
    if len(signature) != (bits + 7) // 8 or number >= modulus:
        return False
    size = (bits + 6) // 8
    number = pow(number, 65537, modulus)
    if number.bit_length() > 8 * size:
        return False
    encoded = number.to_bytes(size, 'big')
    masked, digest, trailer = encoded[:-33], encoded[-33:-1], encoded[-1]
    if trailer != 0xBC or int.from_bytes(masked, 'big').bit_length() > bits - 1 - 8 * 33:
        return False
    plain = int.from_bytes(masked, 'big') ^ _mask(digest, len(masked))
    block = (plain & (1 << (bits - 1 - 8 * 33)) - 1).to_bytes(len(masked), 'big')
    if int.from_bytes(block[:-32], 'big') != 1:
        return False
    return digest == hashlib.sha256(bytes(8) + hashlib.sha256(message).digest() + block[-32:]).digest()
