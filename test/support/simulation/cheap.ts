import { createHash } from 'node:crypto'
import { bytesToHex, equalBytes, hexToBytes, utf8, utf8Decode } from '../../../src/codec/bytes.ts'
import type { Point, ReplicaConfig, Roots } from '../../../src/consensus/types.ts'

/** The block at height 0. */
export const GENESIS: Point = { hash: '00'.repeat(32), height: 0, view: 0, era: 0 }

export function sha(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest())
}

/** A fast stand-in for a signature: 64 bytes that depend on validator and message. Simulated validators do not forge it. */
export function cheapSignature(validator: number, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha512').update(`${validator}/`).update(message).digest())
}

/** A configuration with eras of 2 s from time 0, and cheap signatures. */
export function cheapConfig(validators: number, self: number | undefined): ReplicaConfig {
  return {
    chainId: 1n,
    paramsHash: new Uint8Array(32),
    validators,
    self,
    startTimeMs: 0,
    eraMs: 2_000,
    baseMs: 2_000,
    skewMs: 200,
    sign: (message) => cheapSignature(self ?? -1, message),
    verify: (validator, message, signature) => equalBytes(cheapSignature(validator, message), signature),
    hashBody: sha,
  }
}

/** Roots that are a function of the block's hash. */
export function rootsAfter(hash: string): Roots {
  const root = BigInt(`0x${bytesToHex(sha(hexToBytes(hash))).slice(0, 60)}`)
  return { stateRoot: root, historyRoot: root + 1n, batchStateRoot: root + 2n, logRoot: sha(utf8(hash)) }
}

/** Content of a block on a parent. It is valid with any salt. */
export function contentOn(
  parentHash: string,
  salt = 0,
): { body: Uint8Array; bodyHash: Uint8Array; position: number } {
  const body = utf8(`on ${parentHash} ${salt}`)
  return { body, bodyHash: sha(body), position: 0 }
}

/** True for content that was made for this parent. */
export function isContentOn(parentHash: string, body: Uint8Array): boolean {
  return utf8Decode(body).startsWith(`on ${parentHash} `)
}
