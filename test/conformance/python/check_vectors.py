"""Recomputes the vectors in the folder given (test/vectors/protocol), and prints how many values were equal; the first other one is an error."""
import hashlib
import json
import sys
from pathlib import Path

from canonical import canonical, parse
from chain import ASSET_TAG, REGISTER_TAG, TRANSFER_TAG, Genesis, Record, account_of, decode_action, decode_header, registration, signature_valid
from definition import address
from poseidon import empty, h31, multiproof_root, poseidon
from rsa import RSA_TAG

count = 0


def equal(got, want, what):
    global count
    got = got if isinstance(got, (str, bool)) else got.hex() if isinstance(got, bytes) else f'{got:064x}'
    if got != want:
        sys.exit(f'{what}: {got} instead of {want}')
    count += 1


def check_hashes(load):
    hashes = load('hashes')
    for name, tag in (('asset', ASSET_TAG), ('transfer', TRANSFER_TAG), ('register', REGISTER_TAG), ('rsa', RSA_TAG)):
        equal(tag, hashes['tags'][name], name)
    for entry in hashes['emptySubtrees']:
        equal(empty(entry['height']), entry['hash'], 'empty subtree')
    for key in load('keys')['keys']:
        equal(address(int(key['account'], 16)), key['address'], 'address')
    asset = load('asset')
    definition = registration(0, parse(asset['definition']['canonical'].encode()), 0)
    equal(definition.memo, asset['definition']['hash'], 'definition')
    equal(definition.asset, asset['definition']['assetId'], 'asset id')
    equal(h31(asset['note']['text']), asset['note']['memo'], 'note')


def check_chain(load):
    blocks, state, vectors = load('blocks'), load('state'), load('genesis')
    genesis = Genesis(vectors['canonical'].encode())
    equal(canonical(genesis.json), vectors['canonical'], 'canonical genesis')
    equal(genesis.chain_id, vectors['chainId'], 'chain id')
    equal(genesis.params, vectors['paramsHash'], 'params hash')
    records, actions = list(genesis.records), [decode_action(bytes.fromhex(a['bytes']), genesis.chain_id) for a in load('actions')['actions']]
    for action, want in zip(actions, load('actions')['actions']):
        equal(action.hash, want['hash'], 'action')
        equal(signature_valid(action), True, 'signature')
        equal(account_of(action) is not None, True, 'key')
        action.hash ^= 1
        equal(signature_valid(action), False, 'signature of another hash')
        action.hash ^= 1
    for action, want in zip(actions, state['records'][len(records):]):
        records.append(Record(**vars(action), position=want['position'], from_holding=want['fromHolding'], to_holding=want['toHolding'],
                              to_start=int(want['toStart']), block_era=want['blockEra']))
    leaves = {}
    for record, want in zip(records, state['records'], strict=True):
        leaves[record.position] = record.leaf(genesis.chain_id)
        equal(leaves[record.position], want['leaf'], 'record')
    headers = [decode_header(bytes.fromhex(h['bytes'])) for h in blocks['headers']]
    for header, want in zip(headers, blocks['headers'], strict=True):
        equal(header.hash, want['hash'], 'header')
    equal(hashlib.sha256(b'\1' + hashlib.sha256(b'\0' + headers[0].data).digest() + hashlib.sha256(b'\0' + headers[1].data).digest()).digest(),
          headers[2].log_root.hex(), 'root of the log')
    leaves = {i: leaves.get(i, 0) for i in range(8)}
    equal(multiproof_root(leaves, 16, 8, []), f'{headers[2].history_root:064x}', 'history root')
    held = {h['index']: poseidon(int(h['account'], 16), int(h['assetId'], 16), int(h['inTotal']) + (int(h['outTotal']) << 120)) for h in state['holdings']}
    equal(multiproof_root(held, 2, len(held), []), f'{headers[2].state_root:064x}', 'state root')


def main(folder):
    def load(name):
        return json.loads((Path(folder) / f'{name}.json').read_text('utf-8'))

    check_hashes(load)
    check_chain(load)
    print(f'{count} values')


main(sys.argv[1])
