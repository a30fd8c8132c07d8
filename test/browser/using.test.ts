import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Browser, hasChromium } from '../support/browser/browser.ts'

const demo = inject('demo')

describe.skipIf(!hasChromium)('a visitor', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await Browser.open()
  })
  afterAll(() => browser?.close())

  it('finds an account by keyboard alone, and hears where it is', async () => {
    const page = await browser.page()
    await page.open(demo)
    await page.waitForText('Newest records')
    await page.press('/')
    expect(await page.focused()).toMatchObject({ role: 'combobox', name: expect.stringContaining('Search') })
    await page.type('corner c')
    await page.waitFor(`document.querySelector('[role=option]')`)
    const said = await page.said()
    expect(said).toContainEqual({
      role: 'option',
      name: expect.stringMatching(/^Account Corner Cafe \(invented\)/),
    })
    expect(said).toContainEqual({ role: 'status', name: '' })
    await page.press('ArrowDown')
    await page.press('ArrowUp')
    await page.press('Enter')
    await page.waitFor(`document.activeElement.matches('h1') && document.title.startsWith('Corner Cafe')`)
    expect(await page.evaluate('location.pathname')).toMatch(/^\/account\/inp1/)
    expect(await page.focused()).toEqual({ role: 'heading', name: 'Corner Cafe (invented)' })
  })

  it('goes past the navigation at once, and sees what has the focus', async () => {
    const page = await browser.page()
    await page.open(`${demo}/blocks`)
    await page.waitForText('newest first')
    await page.press('Tab')
    expect(await page.focused()).toEqual({ role: 'link', name: 'Skip to the content' })
    expect(await page.evaluate(`document.activeElement.getBoundingClientRect().top >= 0`)).toBe(true)
    expect(await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`)).toBe('solid')
    await page.press('Enter')
    expect(await page.evaluate(`document.activeElement.id`)).toBe('main')
  })

  it('costs the server one request and one subscription for a page, and one request for the next', async () => {
    const page = await browser.page()
    await page.open(`${demo}/block/1`)
    await page.waitForText('Proposer')
    const asked = () => page.requests.filter((url) => url.endsWith('/graphql'))
    expect(asked()).toHaveLength(1)
    await page.evaluate(`document.querySelector('a[rel=prev]').click()`)
    await page.waitForText('Block 0')
    await page.waitForText('genesis')
    expect(asked()).toHaveLength(2)
  })
})
