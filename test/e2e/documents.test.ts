import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { Session } from '../support/documents/session.ts'
import { blocksOf, DOCUMENTS } from '../support/documents/snippets.ts'
import { freePort } from '../support/network/free-port.ts'
import { BUILD_TIMEOUT_MS } from '../support/proving/test-circuit.ts'
import { testFolder } from '../support/shared/test-folder.ts'

/** Nobody asks the network of several validators for a proof. */
const withoutProver = (command: string) => command.replace('--nodes', '--prove none --nodes')

/** The README's blocks that are not slow run in `npm test`; here its first one starts the network that the slow ones need. */
const runs = DOCUMENTS.map((document) => {
  const blocks = blocksOf(document).filter(({ mark }) => mark === '' || mark === 'slow')
  const proves = blocks.some(({ text }) => /ictl prove /.test(text))
  const isReadme = document === 'README.md'
  return { document, proves, blocks: blocks.filter(({ mark }, i) => !isReadme || i === 0 || mark === 'slow') }
}).filter(({ blocks }) => blocks.length > 0)

describe.each(runs)('what $document says', ({ proves, blocks }) => {
  const folder = testFolder('reader')
  let session: Session
  beforeAll(async () => {
    session = new Session({
      folder,
      port: await freePort(),
      timeoutMs: BUILD_TIMEOUT_MS,
      upArgs: `--era 500 ${proves ? '' : '--prove none'}`,
      substitute: proves ? withoutProver : (command) => command,
    })
  })
  afterAll(async () => {
    await session.end()
    rmSync(folder, { recursive: true, force: true })
  })

  it.each(blocks)('works: $section, line $line', (block) => session.run(block), 2 * BUILD_TIMEOUT_MS)
})
