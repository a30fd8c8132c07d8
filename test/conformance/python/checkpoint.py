"""Cosigned checkpoints and policies (PROTOCOL.md, "Checkpoints"; C2SP signed-note, tlog-cosignature, tlog-policy)."""
import base64
import hashlib
import re

from curves import ed25519_verify
from finality import included

ED25519, COSIGNATURE = 1, 4


def _base64(text):
    """Bytes of canonical base64 with padding; a ValueError for anything else."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError('not canonical base64')
    return data


def _key_id(name, kind_and_key):
    return hashlib.sha256(name.encode() + b'\n' + kind_and_key).digest()[:4]


def open_note(note):
    """The text of a signed note, and its signatures as (name, key id, signature)."""
    at = note.rindex('\n\n')
    text, lines = note[:at + 1], note[at + 2:].split('\n')
    if lines.pop() or not lines:
        raise ValueError('no signatures')
    signatures = []
    for line in lines:
        match = re.fullmatch(r'\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)', line)
        data = _base64(match[2]) if match else b''
        if len(data) < 5:
            raise ValueError('not a signature line')
        signatures.append((match[1], data[:4], data[4:]))
    return text, signatures


class Key:
    """A verifier key: name, key id in hexadecimal, and kind and key in base64, with a plus between them."""

    def __init__(self, text):
        match = re.fullmatch(r'([^\s+]+)\+([0-9a-f]{8})\+(.+)', text)
        data = _base64(match[3]) if match else b''
        if len(data) != 33 or data[0] not in (ED25519, COSIGNATURE) or _key_id(match[1], data).hex() != match[2]:
            raise ValueError('not a verifier key')
        self.name, self.id, self.kind, self.key = match[1], bytes.fromhex(match[2]), data[0], data[1:]

    def signed(self, text, signatures):
        return any(name == self.name and id_ == self.id and self._verifies(text, data) for name, id_, data in signatures)

    def _verifies(self, text, data):
        if self.kind == ED25519:
            return len(data) == 64 and ed25519_verify(self.key, text.encode(), data)
        time = int.from_bytes(data[:8], 'big')
        message = f'cosignature/v1\ntime {time}\n{text}'
        return len(data) == 72 and ed25519_verify(self.key, message.encode(), data[8:])


class Policy:
    """A C2SP tlog-policy: keys of logs, and the witnesses and groups of which one name is the quorum."""

    def __init__(self, text):
        self.logs, self.members, self.quorum = [], {}, 'none'
        for line in text.split('\n'):
            words = line.split()
            if words and not words[0].startswith('#'):
                self._line(*words)

    def _line(self, kind, *words):
        if kind == 'log':
            self.logs.append(Key(words[0]))
        elif kind == 'witness':
            self.members[words[0]] = Key(words[1])
        elif kind == 'group':
            names = words[2:]
            count = {'any': 1, 'all': len(names)}.get(words[1]) or int(words[1])
            self.members[words[0]] = (count, [self.members[name] for name in names])
        elif kind == 'quorum':
            self.quorum = words[0]
        else:
            raise ValueError(f'a line that begins with {kind}')

    def met(self, text, signatures):
        """Whether the quorum has signed, and a key of the log that the text names if the policy has logs."""
        origin = text.split('\n')[0]
        if self.logs and not any(log.name == origin and log.signed(text, signatures) for log in self.logs):
            return False
        return self.quorum == 'none' or _met(self.members[self.quorum], text, signatures)


def _met(member, text, signatures):
    if isinstance(member, Key):
        return member.signed(text, signatures)
    count, members = member
    return sum(_met(part, text, signatures) for part in members) >= count


def witnessed(document, chain_id, policy):
    """The verdict for the checkpoint of a document; policy may be None."""
    if document.checkpoint is None:
        return 'unknown'
    try:
        text, signatures = open_note(document.checkpoint['note'])
        origin, size, root, *more = text.split('\n')
        root = _base64(root)
        if '' in more[:-1] or origin != f'inpigritas/{chain_id:064x}' or not re.fullmatch('0|[1-9][0-9]{0,15}', size) or len(root) != 32:
            return 'no'
    except ValueError:
        return 'no'
    header = document.header
    if not included(header.data, header.height, int(size), document.checkpoint['inclusion'], root):
        return 'no'
    return 'unknown' if policy is None else 'yes' if policy.met(text, signatures) else 'no'
