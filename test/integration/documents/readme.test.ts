import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { Session } from '../../support/documents/session.ts'
import { blocksOf } from '../../support/documents/snippets.ts'
import { freePort } from '../../support/network/free-port.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const BLOCK_TIMEOUT_MS = 180_000

describe('what the README says', () => {
  const folder = testFolder('reader')
  let session: Session
  beforeAll(async () => {
    session = new Session({ folder, port: await freePort(), upArgs: '--era 500 --prove none' })
  })
  afterAll(async () => {
    await session.end()
    rmSync(folder, { recursive: true, force: true })
  })

  const blocks = blocksOf('README.md').filter(({ mark }) => mark === '')
  it.each(blocks)('works: $section, line $line', (block) => session.run(block), BLOCK_TIMEOUT_MS)
})
