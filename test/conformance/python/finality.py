"""Final certificates (PROTOCOL.md, "Consensus", "Certificates") and the log of headers (PROTOCOL.md, "Log of headers")."""
import hashlib

from canonical import Malformed
from chain import Reader
from curves import ed25519_verify


def final(genesis, header, data):
    """Whether data is a final certificate of the header by a quorum. Raises what is wrong."""
    r, n = Reader(data), len(genesis.voters)
    subject = r.take(41)
    bitmap = int.from_bytes(r.take((n + 7) // 8), 'little')
    quorum = 2 * n // 3 + 1
    if bitmap >> n or bin(bitmap).count('1') != quorum:
        raise Malformed('NOT_CANONICAL', 'the bits are not those of a quorum')
    signatures = [r.take(64) for _ in range(quorum)]
    r.end()
    kind, view = subject[0], int.from_bytes(subject[1:9], 'big')
    if kind > 2 or view >> 48 or (kind == 1) != (subject[9:] == bytes(32)):
        raise Malformed('MALFORMED', 'not a subject of votes')
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
