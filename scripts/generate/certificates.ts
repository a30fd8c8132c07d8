// Writes test/vectors/certificates: certificates of origin, good ones and such as are wrong in one way. The same each time.
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { corpus } from '../../test/support/certificate/corpus/corpus.ts'
import { CORPUS } from '../../test/support/certificate/corpus/corpus-chain.ts'

/** What is written by hand. */
const KEPT = ['rsa-key.json', 'README.md']
const { files } = await corpus()
for (const name of readdirSync(CORPUS)) {
  if (!files.has(name) && !KEPT.includes(name)) rmSync(new URL(name, CORPUS))
}
for (const [name, content] of files) writeFileSync(new URL(name, CORPUS), content)
