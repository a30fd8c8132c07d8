import { tag } from '../crypto/h31.ts'

/**
 * The secrets of every development key. They are derived from fixed public strings, so that every machine builds the same key. Anyone can
 * forge proofs with it. PROTOCOL.md, "Development keys".
 */
export const DEVELOPMENT_SECRETS = {
  tau: tag('development-key/tau'),
  alpha: tag('development-key/alpha'),
  beta: tag('development-key/beta'),
  gamma: tag('development-key/gamma'),
  delta: tag('development-key/delta'),
}
