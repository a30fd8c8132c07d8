import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Browser } from '../../support/browser/browser.ts'
import type { BrowserPage } from '../../support/browser/browser-page.ts'
import { PAGES } from '../../support/browser/pages.ts'
import { freePort } from '../../support/network/free-port.ts'
import { Network } from '../../support/network/ictl-network.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const USAGE = `npm run screenshots -- FOLDER [TEXT ...]
Writes a picture of every page on the demo's chain, and of what it says when something is missing, as NAME-WIDTH-light.png
and NAME-WIDTH-dark.png; with TEXT, only those whose names contain one of them.`

const WIDTHS = [360, 768, 1_440]
/** Milliseconds that all of it may take. */
const MAX_MS = 20 * 60_000
const ASK = 'Fetch.requestPaused'

/** What is being looked at, for the words at the end of the time. */
let doing = 'starting'

const [target, ...wanted] = process.argv.slice(2)
if (target === undefined) {
  console.log(USAGE)
  process.exit(2)
}
mkdirSync(target, { recursive: true })

const isWanted = (name: string) => wanted.length === 0 || wanted.some((text) => name.includes(text))
/** "/asset/DEMO-BEAN?way=forward" as the name of a file. */
const nameOf = (path: string) => path.slice(1).replace(/[^\w.-]+/g, '-') || 'home'

const folder = testFolder('screenshots')
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const network = new Network(join(folder, 'first'), port, ['--era', '500', '--prove', 'latest'])
const second = new Network(join(folder, 'second'), port, ['--era', '500', '--prove', 'none', '--no-demo'])
const browser = await openBrowser()

try {
  await Promise.race([shootAll(), late()])
} finally {
  await browser.close()
  await Promise.all([network.stop(), second.stop()])
  rmSync(folder, { recursive: true, force: true })
}

async function shootAll(): Promise<void> {
  await network.start()
  const page = await browser.page()
  for (const [path, text] of PAGES) await shoot(page, nameOf(path), path, text)
  await shootWaiting(await browser.page())
  await shootWithoutNode(page)
  await shootOtherChain(page)
}

/** @throws Error after MAX_MS */
function late(): Promise<never> {
  return new Promise((_, reject) => {
    const words = () => `not done after ${MAX_MS / 60_000} minutes: ${doing}`
    setTimeout(() => reject(new Error(words())), MAX_MS).unref()
  })
}

async function openBrowser(): Promise<Browser> {
  const opened = await Browser.open()
  console.log(`writing pictures to ${target}`)
  return opened
}

/** Pictures of a page in all widths, light and dark. */
async function shoot(page: BrowserPage, name: string, path: string, text: string): Promise<void> {
  if (!isWanted(name)) return
  for (const width of WIDTHS) {
    doing = `${path} at ${width} pixels is to say "${text}"`
    await page.setViewport(width)
    await page.open(url + path)
    await page.waitForText(text)
    await take(page, `${name}-${width}`)
  }
}

/** Pictures of what a page shows now, light and dark. */
async function take(page: BrowserPage, name: string): Promise<void> {
  doing = `taking ${name}`
  for (const scheme of ['light', 'dark']) {
    await page.prefer({ dark: scheme === 'dark', reducedMotion: true })
    await page.evaluate(
      'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
    )
    await page.screenshot(join(target!, `${name}-${scheme}.png`))
  }
  console.log(name)
}

/** A page that waits for its answer, one that the server refuses, and one without a server. */
async function shootWaiting(page: BrowserPage): Promise<void> {
  let act: (requestId: string) => Promise<unknown> = async () => {}
  page.on<{ requestId: string }>(ASK, ({ requestId }) => void act(requestId))
  await page.call('Fetch.enable', { patterns: [{ urlPattern: '*/graphql' }] })
  await shoot(page, 'waiting', '/asset/DEMO-ROAST-1', 'DEMO-ROAST-1')
  act = (requestId) => page.call('Fetch.failRequest', { requestId, errorReason: 'ConnectionRefused' })
  await shoot(page, 'unreachable', '/blocks', 'The server cannot be reached')
  const refusal = {
    message: 'Too many.',
    extensions: { code: 'TOO_MANY_REQUESTS', data: { retryAfterMs: 60_000 } },
  }
  act = (requestId) =>
    page.call('Fetch.fulfillRequest', {
      ...{ requestId, responseCode: 200 },
      body: Buffer.from(JSON.stringify({ errors: [refusal] })).toString('base64'),
    })
  await shoot(page, 'busy', '/asset/DEMO-BEAN/holders', 'too many requests')
}

/** Pages while the node does not answer. */
async function shootWithoutNode(page: BrowserPage): Promise<void> {
  const node = /main\.js node\b/
  network.killPart(node, 'SIGSTOP')
  await shoot(page, 'network-without-node', '/network', "The server's node does not answer")
  await shoot(page, 'pool-without-node', '/pool', "The server's node does not answer")
  network.killPart(node, 'SIGCONT')
}

/** A page whose server goes away, and comes back with another chain. */
async function shootOtherChain(page: BrowserPage): Promise<void> {
  if (!isWanted('lost') && !isWanted('other-chain')) return
  const places = await Promise.all(
    WIDTHS.map(async (width) => {
      const each = await browser.page()
      await each.setViewport(width)
      await each.open(`${url}/asset/DEMO-ROAST-1`)
      await each.waitForText('Live')
      return { each, width }
    }),
  )
  await page.open('about:blank')
  await network.stop()
  for (const { each, width } of places) {
    await each.waitForText('Connection lost')
    if (isWanted('lost')) await take(each, `lost-${width}`)
  }
  await second.start()
  for (const { each, width } of places) {
    await each.waitForText('The chain was started anew.')
    if (isWanted('other-chain')) await take(each, `other-chain-${width}`)
  }
}
