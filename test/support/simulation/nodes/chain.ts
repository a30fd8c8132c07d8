import { bytesToHex } from '../../../../src/codec/bytes.ts'
import { ed25519PublicKey } from '../../../../src/crypto/ed25519.ts'
import { applyGenesis, type GenesisResult } from '../../../../src/ledger/apply-genesis.ts'
import { assetIdOf } from '../../../../src/ledger/definition.ts'
import type { Genesis } from '../../../../src/ledger/genesis.ts'
import type { Peer } from '../../../../src/network/peers-file.ts'
import { definitionOf, eddsaKey, genesisOf, type TestKey } from '../../ledger/ledger-world.ts'
import { poseidon } from './cheap-edges.ts'
import { START_MS } from './virtual-clock.ts'

/** Accounts that trade. Each has its own units of the only asset. */
export const HOLDERS: readonly TestKey[] = Array.from({ length: 4 }, (_, i) => eddsaKey(`holder ${i}`))
export const CAP = 1_000_000n
const DEFINITION = definitionOf(HOLDERS[0]!, { cap: CAP.toString() })
export const ASSET = assetIdOf(poseidon, DEFINITION)

const votingKeyOf = (i: number) => new Uint8Array(32).fill(10 + i)
const transportKeyOf = (i: number) => new Uint8Array(32).fill(100 + i)
const logKeyOf = (i: number) => new Uint8Array(32).fill(200 + i)

/** A member of a simulated chain. */
interface Member {
  /** Ed25519 seed; undefined for an observer. */
  votingKey: Uint8Array | undefined
  transportKey: Uint8Array
  /** Ed25519 seed; undefined for an observer. */
  logKey: Uint8Array | undefined
  peer: Peer
}

/** A chain of which simulations make as many copies as they like. */
export interface SimulatedChain {
  genesis: Genesis
  result: GenesisResult
  /** Validators first. Member i listens on port i. */
  members: Member[]
}

const chains = new Map<string, SimulatedChain>()

/** The chain of so many validators and observers with eras of this length; made once. */
export function chainOf(validators: number, observers: number, eraMs: number): SimulatedChain {
  const key = `${validators}/${observers}/${eraMs}`
  const known = chains.get(key)
  if (known !== undefined) return known
  const members = Array.from({ length: validators + observers }, (_, i): Member => {
    const isValidator = i < validators
    const name = isValidator ? `validator-${i}` : `observer-${i}`
    const transportKey = transportKeyOf(i)
    const address = { host: 'memory', port: i }
    const peer = {
      name,
      key: bytesToHex(ed25519PublicKey(transportKey)),
      validator: isValidator ? i : undefined,
      address,
    }
    return {
      votingKey: isValidator ? votingKeyOf(i) : undefined,
      transportKey,
      logKey: isValidator ? logKeyOf(i) : undefined,
      peer,
    }
  })
  const genesis = genesisOf({
    startTime: START_MS,
    eraMs,
    ttl: 1_000,
    baseMs: 1_000,
    limits: {
      maxRecords: 32,
      maxBodyBytes: 64 * 1024,
      openingsPerSigner: 1_000,
      poolEntries: 200,
      poolBytes: 256 * 1024,
      poolPerSigner: 100,
    },
    validators: members.slice(0, validators).map(({ peer, votingKey, transportKey, logKey }) => ({
      name: peer.name,
      votingKey: ed25519PublicKey(votingKey!),
      transportKey: ed25519PublicKey(transportKey),
      logKey: ed25519PublicKey(logKey!),
    })),
    definitions: [DEFINITION],
    allocations: HOLDERS.map(({ account }) => ({ to: account, asset: DEFINITION.code, amount: 1_000n })),
  })
  const chain = { genesis, result: applyGenesis(poseidon, genesis), members }
  chains.set(key, chain)
  return chain
}
