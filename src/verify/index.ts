/** `inpigritas/verify`: checks that need no trust in a node, in Node and in browsers, as `inpigritas/verify/chain` is. */
export { type Groth16Claim, type ProofFault, verifyGroth16 } from './groth16.ts'
export {
  hasPhase2,
  isDevelopmentKey,
  parseVerificationKey,
  type VerificationKey,
  vkHash,
} from './verification-key.ts'
