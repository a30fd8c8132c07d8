import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { MAX_FILES } from '../../src/explorer/verify/read-files.ts'
import { MAX_FILE_BYTES } from '../../src/explorer/verify/result.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { choose, drop } from '../support/browser/verifying.ts'
import { testFolder } from '../support/shared/test-folder.ts'

const demo = inject('demo')
const folder = testFolder('many-files')
const VERIFIED = 'Verified: intact, complete, signed and final'
const REFUSED = 'Refused: this certificate shows nothing'

/** Writes a file. @returns its path */
function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** A file that has one byte more than the page reads. */
function tooLarge(): string {
  const path = file('large.json', '{')
  truncateSync(path, MAX_FILE_BYTES + 1)
  return path
}

function subfolder(): string {
  const path = join(folder, 'certificates')
  mkdirSync(path)
  return path
}

/** Has a page note the most bytes that it decodes or reads at once. */
const WATCH = `globalThis.largest = 0
for (const [kind, name, bytesOf] of [
  [TextDecoder, 'decode', (_, bytes) => bytes?.byteLength ?? 0],
  [Blob, 'arrayBuffer', (blob) => blob.size],
  [Blob, 'text', (blob) => blob.size],
]) {
  const does = kind.prototype[name]
  kind.prototype[name] = function (...given) {
    globalThis.largest = Math.max(globalThis.largest, bytesOf(this, ...given))
    return does.apply(this, given)
  }
}`

/** Of each result on the page: what the file is called, the line that says what came out, and the code of the reason. */
const results = (page: BrowserPage) =>
  page.evaluate<Record<string, [line: string, code: string | null]>>(`Object.fromEntries(
    [...document.querySelectorAll('.check-result')].map((result) => [
      result.getAttribute('aria-label'),
      [result.querySelector('h2').innerText, result.querySelector('.check-outcome code')?.innerText ?? null],
    ]))`)

let browser: Browser
let page: BrowserPage
let good: string
beforeAll(async () => {
  if (!hasChromium) return
  const query = `{ certificate(input: { start: { asset: "DEMO-ROAST-1" } }) { json } }`
  const client = createClient({ url: `${demo}/graphql` })
  good = (await client.query<{ certificate: { json: string } }>(query)).certificate.json
  browser = await Browser.open()
  page = await browser.page()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

const open = async () => {
  await page.open(`${demo}/verify`)
  await page.waitForText('this is what the server show')
}

describe.skipIf(!hasChromium)('files that are dropped onto /verify at once', () => {
  it('have a result each, whatever the others are', async () => {
    await open()
    await drop(
      page,
      '.drop',
      tooLarge(),
      file('good.json', good),
      file(
        'altered.json',
        good.replace(/"toStart":"(\d)/, (_, digit) => `"toStart":"${digit === '1' ? 2 : 1}`),
      ),
      subfolder(),
      fileURLToPath(new URL('../vectors/certificates/good-backward.json', import.meta.url)),
      file('words.txt', 'Where is the coffee from?'),
      file('cut.json', good.slice(0, -100)),
      file('empty.json', ''),
    )
    await page.waitFor(`document.querySelectorAll('.check-result').length === 8`)
    expect(await results(page)).toEqual({
      'good.json': [VERIFIED, null],
      'altered.json': [REFUSED, 'NOT_IN_HISTORY'],
      'good-backward.json': [REFUSED, 'WRONG_CHAIN'],
      'words.txt': ['This is no file that can be checked here', 'UNKNOWN_KIND'],
      'cut.json': [REFUSED, 'MALFORMED'],
      'empty.json': ['The file is empty', 'EMPTY'],
      'large.json': ['The file is too large', 'TOO_LARGE'],
      certificates: ['The file cannot be read', 'UNREADABLE'],
    })
    expect(page.complaints).toEqual([])
  })

  it('may be as large as the page reads, and a picture: they are read and looked at beside the page', async () => {
    await page.call('Page.addScriptToEvaluateOnNewDocument', { source: WATCH })
    await open()
    const large = file('largest.json', '{"question":')
    truncateSync(large, MAX_FILE_BYTES)
    const picture = file('picture.png', '')
    await page.screenshot(picture)
    await choose(page, large, picture)
    await page.waitFor(`document.querySelectorAll('.check-result').length === 2`)
    expect(await results(page)).toEqual({
      'largest.json': [REFUSED, 'MALFORMED'],
      'picture.png': ['This is no file that can be checked here', 'UNKNOWN_KIND'],
    })
    expect(await page.evaluate('largest')).toBeLessThan(64 * 1024)
    expect(page.complaints).toEqual([])
  })

  it('may be a folder alone', async () => {
    await open()
    await drop(page, '.drop', join(folder, 'certificates'))
    await page.waitFor(`document.querySelector('.check-result')`)
    expect(await results(page)).toEqual({ certificates: ['The file cannot be read', 'UNREADABLE'] })
  })

  it('are refused if they are too many', async () => {
    await open()
    const files = Array.from({ length: MAX_FILES + 1 }, (_, i) => file(`${i}.json`, good))
    await choose(page, ...files)
    await page.waitFor(`document.querySelector('.check-result')`)
    expect(Object.values(await results(page))).toEqual([['Too many files', 'TOO_MANY']])
  })
})
