"""Verifies certificates of origin (PROTOCOL.md, "Certificates of origin") with nothing but Python's standard library.

    python3 verify_certificate.py --genesis FILE CERTIFICATE...

prints one line of canonical JSON per certificate: its verdicts, and the code if it is not intact, otherwise null.
"""
import argparse
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / 'python'))

from canonical import Malformed, canonical
from chain import MINT, RETIRED, Genesis, account_of, signature_valid
from checkpoint import Policy, witnessed
from document import read
from finality import final
from fresh import fresh
from proofs import proven
from walk import Walk

VERDICTS = ('intact', 'complete', 'signed', 'final', 'witnessed', 'proven', 'fresh')


def verify(data, genesis, policy=None, max_age=None, now=0, proofs=None, newer=None):
    """
    The verdicts, and the `code` if the certificate is not intact: then it shows nothing. Times are in milliseconds; `proofs` and `newer` are bytes
    of files. Beside them, what is shown: `header`, `records`, `holdings`, and the units that are `held`.
    """
    try:
        verdicts = dict.fromkeys(VERDICTS, 'unknown')
        document = read(data, genesis)
        walk = Walk(document).run()
        check_superfluous(document, walk)
        verdicts.update(intact='yes', complete=complete(walk), signed=signed(document), final=finality(document, genesis))
        verdicts['witnessed'] = witnessed(document, genesis.chain_id, policy)
        verdicts['proven'] = proven(document, genesis, proofs)
        shown = {'header': document.header, 'records': document.records, 'holdings': document.holdings}
        result = {'code': None, 'verdicts': verdicts, **shown, 'held': walk.held if verdicts['complete'] == 'yes' else []}
        verdicts['fresh'] = fresh(result, newer and verify(newer, genesis), genesis, max_age, now)
        return result
    except Malformed as fault:
        if os.environ.get('EXPLAIN'):
            print(fault.code, fault, file=sys.stderr)
        return {'code': fault.code, 'verdicts': dict.fromkeys(VERDICTS, 'unknown') | {'intact': 'no'}}


def check_superfluous(document, walk):
    """What the certificate has and the walk does not look up makes it not intact, unless there is an open end."""
    if walk.stuck or walk.open_end:
        return
    if len(walk.seen) != len(document.records) or len(walk.read) != len(document.holdings):
        raise Malformed('SUPERFLUOUS', 'something that the walk does not look up')


def complete(walk):
    if not walk.exist or walk.stuck or (walk.open_end and not walk.hops):
        return 'no'
    return 'partly' if walk.open_end or walk.cut else 'yes'


def signed(document):
    """Whether each record that is not of the genesis has a valid signature of who has to sign it."""
    issuers = {r.asset: r.sender for r in document.records if r.definition}
    results = [signer_signed(r, issuers) for r in document.records if r.kind is not None]
    return 'yes' if all(results) else 'partly' if any(results) else 'no'


def signer_signed(record, issuers):
    """PROTOCOL.md, "Transfers" and "Registration"; False too if the certificate does not show who has to sign."""
    signer = issuers.get(record.asset) if record.sender in (MINT, RETIRED) else record.sender
    return signer is not None and account_of(record) == signer and signature_valid(record)


def finality(document, genesis):
    try:
        return 'yes' if final(genesis, document.final_header, document.finality) else 'no'
    except Malformed as fault:
        raise Malformed('MALFORMED', str(fault)) from fault


def verify_index(path):
    """The results for all certificates of an index as in test/vectors/certificates/README.md."""
    index = json.loads(path.read_text('utf-8'))
    geneses = {}
    for entry in index['certificates']:
        name = entry['genesis']
        genesis = geneses[name] = geneses.get(name) or Genesis((path.parent / name).read_bytes())
        policy = entry['policy'] and Policy((path.parent / entry['policy']).read_text('utf-8'))
        data, proofs, newer = (entry.get(name) and (path.parent / entry[name]).read_bytes() for name in ('file', 'proofs', 'newer'))
        yield verify(data, genesis, policy, entry['maxAgeMs'], index['nowMs'], proofs, newer)


def main():
    parser = argparse.ArgumentParser(description='Verifies certificates of origin.')
    parser.add_argument('--genesis', help='the genesis of the chain')
    parser.add_argument('--index', help='an index of certificates with the genesis of each, instead')
    parser.add_argument('--policy', help='who must have cosigned the checkpoint (C2SP tlog-policy)')
    parser.add_argument('--max-age-ms', type=int, help='how old the header of a fresh certificate may be')
    parser.add_argument('--proofs', help='a file with the proofs of batches')
    parser.add_argument('--newer', help='a newer certificate')
    parser.add_argument('certificates', nargs='*')
    args = parser.parse_args()
    if args.index:
        results = verify_index(Path(args.index))
    else:
        genesis = Genesis(Path(args.genesis).read_bytes())
        policy = args.policy and Policy(Path(args.policy).read_text('utf-8'))
        proofs, newer = (name and Path(name).read_bytes() for name in (args.proofs, args.newer))
        now = int(time.time() * 1000)
        results = (verify(Path(name).read_bytes(), genesis, policy, args.max_age_ms, now, proofs, newer) for name in args.certificates)
    for result in results:
        print(canonical({'code': result['code'], 'verdicts': result['verdicts']}))


if __name__ == '__main__':
    main()
