import { R } from '../../../src/crypto/field.ts'
import { mallory } from './forgery.ts'
import { aliceLeaf, attestedTransfer, emptied, FIRST, type Rule, SLOT } from './rule.ts'

/** Public signals, and slots without a record. */
export const BATCH_RULES: Rule[] = [
  {
    rule: 'an index of the batch of more than 32 bits',
    mutant: [['batch.circom', 'AssertBits(COUNT_BITS())(index);']],
    forgery: () => ({ claimed: { index: 1n << 32n } }),
  },
  {
    rule: 'the recordsRoot of another batch',
    mutant: [['batch.circom', 'records.root === recordsRoot;']],
    forgery: () => ({ claimed: { recordsRoot: 12_345n } }),
  },
  {
    rule: 'another stateRootBefore',
    mutant: [['batch.circom', 'before === stateRootBefore;']],
    forgery: () => ({ claimed: { stateRootBefore: 12_345n } }),
  },
  {
    rule: 'another stateRootAfter',
    mutant: [['batch.circom', 'after === stateRootAfter;']],
    forgery: () => ({ claimed: { stateRootAfter: 12_345n } }),
  },
  {
    rule: 'the value of other data',
    mutant: [['batch.circom', 'data.value === dataValue;']],
    forgery: () => ({ claimed: { dataValue: 12_345n } }),
  },
  {
    rule: 'the value of its data at another point',
    mutant: [['batch.circom', 'data.value === dataValue;']],
    forgery: () => ({ claimed: { dataPoint: 322n } }),
  },
  {
    rule: 'an attested slot counted as proven',
    mutant: [['batch.circom', 'counts === provenCount + attestedCount * 2**COUNT_BITS();']],
    forgery: () => ({ ...attestedTransfer, claimed: { counts: 1n } }),
  },
  {
    rule: 'an empty slot that is counted as attested, and as proven less than never',
    mutant: [[SLOT, 'proven * (1 - proven) === 0;']],
    without: [FIRST],
    forgery: () => ({ slot: { ...emptied, proven: R - 1n, attested: 1n } }),
  },
  {
    rule: 'an empty slot that is counted as proven, and as attested less than never',
    mutant: [[SLOT, 'attested * (1 - attested) === 0;']],
    without: [FIRST],
    forgery: () => ({ slot: { ...emptied, proven: 1n, attested: R - 1n } }),
  },
  {
    rule: 'a batch without a record',
    mutant: [['batch.circom', 'slot[0].real === 1;']],
    forgery: () => ({ slot: { ...emptied }, by: null }),
  },
  {
    rule: 'an empty slot that opens a leaf',
    mutant: [[SLOT, 'opens * (1 - real) === 0;']],
    without: [FIRST],
    forgery: () => ({
      slot: { ...emptied, toStart: 0n, receiverOutTotal: 0n, toHolding: 20n, to: mallory.account },
      by: null,
      leaves: [aliceLeaf],
    }),
  },
  {
    rule: 'an empty slot that has an era',
    mutant: [[SLOT, '(1 - real) * era === 0;']],
    without: [FIRST],
    forgery: () => ({ slot: { ...emptied, era: 7n }, by: null }),
  },
  {
    rule: 'an empty slot that has the era of a block',
    mutant: [[SLOT, '(1 - real) * blockEra === 0;']],
    without: [FIRST],
    forgery: () => ({ slot: { ...emptied, blockEra: 7n }, by: null }),
  },
  {
    rule: 'an empty slot that has a memo',
    mutant: [[SLOT, '(1 - real) * memo === 0;']],
    without: [FIRST],
    forgery: () => ({ slot: { ...emptied, memo: 1n }, by: null }),
  },
]
