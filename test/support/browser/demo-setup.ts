import { rmSync } from 'node:fs'
import type { TestProject } from 'vitest/node'
import { freePort } from '../network/free-port.ts'
import { Network } from '../network/ictl-network.ts'
import { testFolder } from '../shared/test-folder.ts'
import { hasChromium } from './browser.ts'

/** Runs once before all tests in a browser: a network with the demo's story, whose apis serve the page. */
export default async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!hasChromium) {
    console.log('There is no Chromium: the tests in a browser are skipped.')
    provide('demo', '')
    return undefined
  }
  const folder = testFolder('demo')
  const network = new Network(folder, await freePort(), ['--era', '500', '--prove', 'ask'])
  await network.start()
  provide('demo', `http://127.0.0.1:${network.port}`)
  return async () => {
    await network.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the demo's page is; empty where there is no Chromium. */
    demo: string
  }
}
