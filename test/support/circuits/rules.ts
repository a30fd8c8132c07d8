import { BATCH_RULES } from './batch-rules.ts'
import { REGISTRATION_RULES } from './registration-rules.ts'
import { EDDSA, type Line, type Rule, SLOT } from './rule.ts'
import { SIGNER_RULES } from './signer-rules.ts'
import { TRANSFER_RULES } from './transfer-rules.ts'

/** Each rule of a batch, broken on its own. Where a rule is one line, the circuit without that line must accept the forgery. */
export const RULES: Rule[] = [...TRANSFER_RULES, ...REGISTRATION_RULES, ...SIGNER_RULES, ...BATCH_RULES]

/** Constraint lines without which nothing more is accepted, and why. */
export const IMPLIED: [...line: Line, why: string][] = [
  [
    SLOT,
    'register * (1 - register) === 0;',
    'a record has toMint, a bit, as register; an empty slot has register * (1 - opens) = 0 and no opens',
  ],
  [SLOT, 'real * (1 - real) === 0;', 'two bits make 0 to 2, and noAmount, a bit, is 1 - real'],
  [
    SLOT,
    'register * (1 - opens) === 0;',
    'the holding of a registration is empty: the update of the sender finds 0 at the same index',
  ],
  [
    EDDSA,
    'BabyCheck()(keyEighth[0], keyEighth[1]);',
    'no forgery is known with it alone: keys off the curve whose multiples are known have x = 0, and are the identity to isIdentity',
  ],
  [
    EDDSA,
    'BabyCheck()(r8[0], r8[1]);',
    'no forgery is known with it alone: the challenge depends on R8, so a sum cannot be solved for it',
  ],
]
