import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { LyingProxy, saying } from '../support/browser/lying-proxy.ts'
import { choose, outcome } from '../support/browser/verifying.ts'
import { CORPUS } from '../support/certificate/corpus/corpus-chain.ts'
import { testFolder } from '../support/shared/test-folder.ts'

const demo = inject('demo')
const folder = testFolder('focus')
const ROAST = '/asset/DEMO-ROAST-1'
const VERIFIED = 'Verified: intact, complete, signed and final'

const buttonOf = (words: string) =>
  `[...document.querySelectorAll('button')].find(({ innerText }) => innerText === '${words}')`

/** Has a visitor press a button by keyboard. */
async function pressByKeyboard(page: BrowserPage, words: string): Promise<void> {
  await page.waitFor(buttonOf(words))
  await page.evaluate(`${buttonOf(words)}.focus()`)
  await page.press('Enter')
}

/** Has a page note from now on whether nothing has the focus after a change of it. */
const watch = (page: BrowserPage) =>
  page.evaluate(`window.isLost = false
    new MutationObserver(() => (window.isLost ||= document.activeElement === document.body))
      .observe(document, { subtree: true, childList: true })`)

describe.skipIf(!hasChromium)('the focus of a visitor who verifies by keyboard', () => {
  let browser: Browser
  let page: BrowserPage
  beforeAll(async () => {
    browser = await Browser.open()
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const open = async (url: string) => {
    page = await browser.page()
    await page.open(url)
  }

  it('goes from "Verify here" to what comes out, stays there when it is checked again, and goes back', async () => {
    await open(demo + ROAST)
    await page.waitFor(buttonOf('Verify here'))
    await page.evaluate(`${buttonOf('Verify here')}.focus()`)
    await watch(page)
    await page.press('Enter')
    await outcome(page, VERIFIED)
    await page.evaluate(`void (window.before = document.querySelector('.check-result'))`)
    await pressByKeyboard(page, 'Check again')
    await page.waitFor(`!window.before.isConnected`)
    await outcome(page, VERIFIED)
    await pressByKeyboard(page, 'Close')
    await page.waitFor(`!document.querySelector('.verification')`)
    expect(await page.focused()).toEqual({ role: 'button', name: 'Verify here' })
    expect(await page.evaluate('window.isLost')).toBe(false)
  })

  it('stays in the search, where somebody types meanwhile', async () => {
    await open(demo + ROAST)
    await pressByKeyboard(page, 'Verify here')
    await page.waitFor(`document.querySelector('.verification')`)
    await page.evaluate(`document.querySelector('[role=combobox]').focus()`)
    await page.waitFor(`document.querySelector('.check-outcome')`)
    expect(await page.focused()).toMatchObject({ role: 'combobox' })
  })

  it('goes to the field for files when a check of one is cancelled', async () => {
    await open(`${demo}/verify`)
    await page.waitForText('this is what the server shows')
    const cancelled = page.waitFor(`(() => {
      const cancel = ${buttonOf('Cancel')}
      cancel?.focus()
      cancel?.click()
      return cancel !== undefined
    })()`)
    const path = join(folder, 'words.txt')
    writeFileSync(path, 'Where is the coffee from?')
    await choose(page, path)
    await cancelled
    await page.waitFor(`!document.querySelector('.check-progress')`)
    expect(await page.evaluate('document.activeElement.id')).toBe('verify-file')
  })

  it('stays on the button that starts and stops the camera, also where there is none', async () => {
    await open(`${demo}/verify`)
    await pressByKeyboard(page, 'Scan with the camera')
    await page.waitForText('The camera cannot be used')
    expect(await page.focused()).toEqual({ role: 'button', name: 'Scan with the camera' })
  })

  it('goes to the genesis that is trusted from now on', async () => {
    const proxy = await LyingProxy.start(demo)
    await open(`${proxy.url}/verify`)
    await page.waitForText('this is what the server shows')
    const genesis = JSON.parse(String(readFileSync(new URL('genesis.json', CORPUS)))) as object
    proxy.lies = { answers: { ServedGenesis: saying(JSON.stringify({ data: { chain: { genesis } } })) } }
    await page.open(`${proxy.url}/verify`)
    await pressByKeyboard(page, 'Trust the new chain from now on')
    await page.waitForText('this is what the server showed')
    expect(await page.focused()).toEqual({ role: 'region', name: 'Genesis:' })
    proxy.stop()
  })
})
