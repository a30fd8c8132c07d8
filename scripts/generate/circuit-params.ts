// Writes circuits/generated/params.circom: the constants that the circuits share with TypeScript.
import { writeFileSync } from 'node:fs'
import { RSA_TAG } from '../../src/crypto/account.ts'
import { ASSET_TAG } from '../../src/ledger/definition.ts'
import { RECORD_WORDS, REGISTER_TAG, TRANSFER_TAG } from '../../src/ledger/hashes.ts'
import { END_TAG, ORIGIN_TAG } from '../../src/ledger/origin.ts'
import { AMOUNT_BITS, COUNTER_BITS, ERA_BITS, MINT, RETIRED } from '../../src/ledger/params.ts'

const constants: Record<string, bigint | number> = {
  ASSET_TAG,
  TRANSFER_TAG,
  REGISTER_TAG,
  RSA_TAG,
  END_TAG,
  ORIGIN_TAG,
  AMOUNT_BITS,
  COUNTER_BITS,
  ERA_BITS,
  DECIMALS_BITS: 8,
  HOLDING_BITS: 32,
  FLAGS_BITS: 2,
  COUNT_BITS: 32,
  RECORD_WORDS,
  MINT,
  RETIRED,
}

const functions = Object.entries(constants).map(
  ([name, value]) => `function ${name}() {\n    return ${value};\n}\n`,
)
const text = `pragma circom 2.2.0;

// Generated from the constants of src/ledger by scripts/generate/circuit-params.ts.

${functions.join('\n')}`
writeFileSync(new URL('../../circuits/generated/params.circom', import.meta.url), text)
