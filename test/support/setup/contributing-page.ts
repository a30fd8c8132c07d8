import { contributeTo } from '../../../src/setup/contribution.ts'
import type { Contribution } from '../../../src/setup/transcript.ts'

/** What a contribution made in a page is: the key in base64, and what its contributor is told. */
export interface PageContribution {
  zkey: string
  contribution: Contribution
}

/** Runs in a browser: contributes to the key that the page's server has. */
async function run(): Promise<PageContribution> {
  const before = new Uint8Array(await (await fetch('before.zkey')).arrayBuffer())
  const { zkey, contribution } = await contributeTo(before, 'Ann in a browser', 'typed by Ann')
  return { zkey: btoa(Array.from(zkey, (byte) => String.fromCharCode(byte)).join('')), contribution }
}

Object.assign(globalThis, { contributed: run() })
