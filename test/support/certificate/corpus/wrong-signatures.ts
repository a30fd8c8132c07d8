import { constants, createPrivateKey, sign } from 'node:crypto'
import type { Certificate } from '../../../../src/certificate/certificate.ts'
import { concatBytes } from '../../../../src/codec/bytes.ts'
import type { Json } from '../../../../src/codec/canonical-json.ts'
import { SUBGROUP_ORDER } from '../../../../src/crypto/eddsa.ts'
import { fieldToBytes, readField } from '../../../../src/crypto/field.ts'
import { rsaMessage } from '../../../../src/crypto/key.ts'
import type { SignedAction } from '../../../../src/ledger/action.ts'
import { actionHash } from '../../../../src/ledger/action-hash.ts'
import { actionOfParts, partsOfAction } from '../../../../src/ledger/action-parts.ts'
import { poseidon } from '../../crypto/poseidon.ts'
import { signTransfer } from '../../ledger/ledger-world.ts'
import { broken, type Case, intact, withValue } from './case.ts'
import { farmer, roaster, rsaSignature, shop } from './corpus-chain.ts'
import { signWithFixedSalt } from './fixed-rsa.ts'
import type { Certificates } from './good.ts'
import { transferOf, withRecord } from './wrong-content.ts'

const no = { verdicts: { signed: 'no' } } as const
const partly = { verdicts: { signed: 'partly' } } as const

type Resign = (action: SignedAction) => Partial<SignedAction>

/** The certificate with the key or signature of its last record changed. */
function resigned(certificate: Certificate, change: Resign): Certificate {
  const action = actionOfParts(certificate.chainId, certificate.records.at(-1)!.action!)
  return withRecord(certificate, { action: partsOfAction({ ...action, ...change(action) } as SignedAction) })
}

const flipped = (bytes: Uint8Array, at: number) => bytes.with(at, bytes.at(at)! ^ 1)
const messageOf = (action: SignedAction) => rsaMessage(action.type, actionHash(poseidon, action))

/** A signature of the shop's key in another scheme. */
function otherScheme(action: SignedAction, scheme: { padding: number; saltLength?: number }): Uint8Array {
  if (shop.secret.kind !== 'rsa') throw new Error('the shop has an RSA key')
  const key = createPrivateKey({ key: Buffer.from(shop.secret.pkcs8), format: 'der', type: 'pkcs8' })
  return new Uint8Array(sign('sha256', messageOf(action), { key, ...scheme }))
}

/** Its signature of the message of the other kind of action. */
function otherDomain(action: SignedAction): Uint8Array {
  if (shop.secret.kind !== 'rsa') throw new Error('the shop has an RSA key')
  return signWithFixedSalt(shop.secret.pkcs8, rsaMessage('register', actionHash(poseidon, action)))
}

const EDDSA: readonly [string, string, Resign][] = [
  [
    'eddsa-s',
    'S of an EdDSA signature is another.',
    ({ signature }) => ({ signature: flipped(signature, 95) }),
  ],
  [
    'eddsa-r',
    'R8 of an EdDSA signature is no point.',
    ({ signature }) => ({ signature: flipped(signature, 63) }),
  ],
  [
    'eddsa-s-plus-order',
    'S of an EdDSA signature is larger by the order of the subgroup.',
    ({ signature }) => ({
      signature: concatBytes(signature.slice(0, 64), fieldToBytes(readField(signature, 64) + SUBGROUP_ORDER)),
    }),
  ],
  ['eddsa-zero', 'An EdDSA signature is all zeros.', () => ({ signature: new Uint8Array(96) })],
  [
    'eddsa-short',
    'An EdDSA signature lacks its last byte.',
    ({ signature }) => ({ signature: signature.slice(0, -1) }),
  ],
  [
    'eddsa-other-key',
    'The holder signed an issue, which the issuer has to sign.',
    (action) => (action.type === 'transfer' ? signTransfer(roaster, action.transfer) : {}),
  ],
  [
    'eddsa-key-off-curve',
    'The key is no point of the curve.',
    ({ publicKey }) => ({ publicKey: { ...publicKey, bytes: flipped(publicKey.bytes, 63) } }),
  ],
  [
    'eddsa-key-identity',
    'The key is the identity.',
    ({ publicKey }) => ({ publicKey: { ...publicKey, bytes: new Uint8Array(64).with(63, 1) } }),
  ],
]

const RSA: readonly [string, string, Resign][] = [
  [
    'rsa-changed',
    'An RSA signature has another byte.',
    ({ signature }) => ({ signature: flipped(signature, 200) }),
  ],
  [
    'rsa-without-salt',
    'An RSA-PSS signature has a salt of 0 bytes.',
    (action) => ({
      signature: otherScheme(action, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 0 }),
    }),
  ],
  [
    'rsa-pkcs1',
    'An RSA signature is of PKCS #1 v1.5.',
    (action) => ({ signature: otherScheme(action, { padding: constants.RSA_PKCS1_PADDING }) }),
  ],
  [
    'rsa-other-domain',
    'An RSA key signed the hash of a transfer as that of a registration.',
    (action) => ({ signature: otherDomain(action) }),
  ],
  [
    'rsa-short',
    'An RSA signature lacks its last byte.',
    ({ signature }) => ({ signature: signature.slice(0, -1) }),
  ],
]

/** Actions that are signed in another way than they have to be: the records are those of the chain, because no record has its signature. */
export function wrongSignatures({ delivery, sale, backward, madeFrom }: Certificates): Case[] {
  const { transfer } = transferOf(sale)
  return [
    ...EDDSA.map(([name, sentence, change]) => intact(name, sentence, resigned(backward, change), partly)),
    ...RSA.map(([name, sentence, change]) => intact(name, sentence, resigned(sale, change), partly)),
    intact(
      'keys-swapped',
      'Two keys are swapped, so that records name keys that did not sign them.',
      withValue(madeFrom, 'keys', (old) => {
        const [first, second, ...rest] = old as Json[]
        return [second!, first!, ...rest]
      }),
      partly,
    ),
    intact(
      'signed-by-none',
      'Nobody signed the only record that is not of the genesis.',
      resigned(delivery, () => ({ signature: new Uint8Array(96) })),
      no,
    ),
    intact(
      'eddsa-transfer-other-key',
      'Another account than the sender signed a transfer.',
      resigned(delivery, (action) =>
        action.type === 'transfer' ? signTransfer(roaster, action.transfer) : {},
      ),
      no,
    ),
    broken(
      'eddsa-for-rsa',
      'NOT_IN_HISTORY',
      'An EdDSA key signed a transfer that is in the history as one that is only attested.',
      withRecord(sale, { action: partsOfAction(signTransfer(farmer, transfer)) }),
    ),
    broken(
      'rsa-for-eddsa',
      'NOT_IN_HISTORY',
      'An RSA key signed a transfer that is in the history as one that can be proven.',
      resigned(delivery, (action) => ({ publicKey: shop.publicKey, signature: rsaSignature(action) })),
    ),
  ]
}
