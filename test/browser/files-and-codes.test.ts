import { rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { SIZES_MM } from '../../src/explorer/label/matrix.ts'
import { encodeOriginProof } from '../../src/verify/origin-proof.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { filmQr } from '../support/browser/film.ts'
import { unreadable } from '../support/browser/layout.ts'
import { choose, drop, outcome, press } from '../support/browser/verifying.ts'
import { CertifiedChain } from '../support/certificate/certified-chain.ts'
import { forgedOrigin } from '../support/proving/forged-origin.ts'
import { testFolder } from '../support/shared/test-folder.ts'

const demo = inject('demo')
const folder = testFolder('files-and-codes')
const film = join(folder, 'camera.y4m')
const VERIFIED = 'Verified: intact, complete, signed and final'
/** A sheet of paper, in inches. */
const A4 = { paperWidth: 8.27, paperHeight: 11.69 }
/** What it has between margins of 1 cm, in CSS pixels, of which an inch has 96. */
const SHEET = { width: 718, height: 1_047 }

/** Has a visitor paste a text into what has the focus. */
async function paste(page: BrowserPage, text: string): Promise<void> {
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
  const key = { key: 'v', code: 'KeyV', modifiers: 2, windowsVirtualKeyCode: 86, commands: ['paste'] }
  await page.call('Input.dispatchKeyEvent', { ...key, type: 'keyDown' })
  await page.call('Input.dispatchKeyEvent', { ...key, type: 'keyUp' })
}

let browser: Browser
let certificate: { json: string; sha256: string }
beforeAll(async () => {
  if (!hasChromium) return
  const query = `{ certificate(input: { start: { asset: "DEMO-ROAST-1" } }) { json sha256 } }`
  const client = createClient({ url: `${demo}/graphql` })
  certificate = (await client.query<{ certificate: typeof certificate }>(query)).certificate
  filmQr(film, `ni:///sha-256;${Buffer.from(certificate.sha256, 'hex').toString('base64url')}`)
  browser = await Browser.open({ camera: film })
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(!hasChromium)('/verify', () => {
  let page: BrowserPage
  const file = join(folder, 'roast.json')
  beforeAll(async () => {
    writeFileSync(file, certificate.json)
    page = await browser.page()
    await page.setViewport(1_280)
    await page.call('Emulation.setFocusEmulationEnabled', { enabled: true })
    await page.call('Browser.grantPermissions', {
      permissions: ['clipboardReadWrite', 'clipboardSanitizedWrite'],
    })
  })
  /** Opens it as at a first visit. */
  const open = async () => {
    await page.open(`${demo}/verify`)
    await page.waitForText('this is what the server show')
  }

  it('takes a file that is dropped anywhere', async () => {
    await open()
    await drop(page, 'header', file)
    await outcome(page, VERIFIED)
    await page.waitForText('roast.json')
    await open()
    await drop(page, '.drop', file)
    await outcome(page, VERIFIED)
  })

  it('takes a text that is pasted onto the page, or into its field', async () => {
    await open()
    await paste(page, certificate.json)
    await outcome(page, VERIFIED)
    await page.waitForText('pasted text')
    await open()
    await page.evaluate(
      `document.querySelector('.paste').open = true; document.querySelector('#verify-text').focus()`,
    )
    await paste(page, certificate.json)
    expect(await page.evaluate(`document.querySelector('.check-result')`)).toBeNull()
    await press(page, 'Check')
    await outcome(page, VERIFIED)
  })

  it('reads a code with the camera, and compares a certificate with it', async () => {
    await open()
    await press(page, 'Scan with the camera')
    await page.waitForText('The code names a certificate')
    await page.waitForText(certificate.sha256)
    expect(await page.evaluate(`document.querySelector('video')`)).toBeNull()
    await choose(page, file)
    await outcome(page, VERIFIED)
    await page.waitForText('It is the certificate of the code that you scanned.')
    for (const [other, says] of await otherFiles()) {
      await choose(page, other)
      await page.waitFor(`document.querySelector('.check-result')?.ariaLabel === '${basename(other)}'`)
      await outcome(page, 'Refused: this is not the certificate of the code that you scanned')
      await page.waitForText(says)
      expect(
        await page.evaluate(`document.querySelector('.check-verified, .check-result .facts dd a')`),
      ).toBe(null)
    }
    expect(page.complaints).toEqual([])
  })

  it('lets go of the camera, and says what to do without one', async () => {
    await open()
    await page.evaluate(`(() => {
      const { mediaDevices } = navigator
      const real = mediaDevices.getUserMedia.bind(mediaDevices)
      mediaDevices.getUserMedia = async (wanted) => (window.stream = await real(wanted))
      window.BarcodeDetector = class {
        static getSupportedFormats = async () => ['qr_code']
        detect = async () => []
      }
    })()`)
    await press(page, 'Scan with the camera')
    await page.waitForText('Point the camera at the code')
    await page.waitFor(`document.querySelector('video').videoWidth > 0`)
    await press(page, 'Stop the camera')
    await page.waitFor(`window.stream.getTracks().every(({ readyState }) => readyState === 'ended')`)
    await page.evaluate(
      `void (navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('none')))`,
    )
    await press(page, 'Scan with the camera')
    await page.waitForText('The camera cannot be used')
  })
})

describe.skipIf(!hasChromium)('a code that leads away', () => {
  it('is shown with all of its address, as long as its host may be', async () => {
    const address = `https://shop.example.${'a.'.repeat(100)}evil.example/`
    const page = await browser.page()
    await page.open(`${demo}/verify`)
    await page.evaluate(`void (window.BarcodeDetector = class {
      static getSupportedFormats = async () => ['qr_code']
      detect = async () => [{ rawValue: '${address}' }]
    })`)
    await press(page, 'Scan with the camera')
    await page.waitForText('The code leads away from here')
    expect(await page.evaluate(`document.querySelector('a[rel=noreferrer]').innerText`)).toBe(address)
  })
})

/** Files that are not the certificate of the code, each with what the page says of it too: a good certificate, one of another chain, and an origin proof. */
async function otherFiles(): Promise<[path: string, says: string][]> {
  const [lot, origin] = ['lot.json', 'origin.json'].map((name) => join(folder, name)) as [string, string]
  const query = `{ certificate(input: { start: { asset: "DEMO-LOT-A" } }) { json } }`
  const { certificate: good } = await createClient({ url: `${demo}/graphql` }).query<{
    certificate: { json: string }
  }>(query)
  writeFileSync(lot, good.json)
  writeFileSync(origin, encodeOriginProof(forgedOrigin(new CertifiedChain({ stateDepth: 12 }))))
  const foreign = fileURLToPath(new URL('../vectors/certificates/good-backward.json', import.meta.url))
  return [
    [lot, 'SHA-256 of the file'],
    [foreign, 'WRONG_CHAIN'],
    [origin, 'WRONG_CHAIN'],
  ]
}

describe.skipIf(!hasChromium)('a label', () => {
  it('prints onto one sheet at each size, with nothing cut', async () => {
    const page = await browser.page()
    for (const path of ['/label/DEMO-ROAST-1', '/label/DEMO-CUPS-1/unit/7']) {
      await page.open(demo + path)
      await page.waitFor(`document.querySelector('.label .qr')`)
      for (const mm of SIZES_MM) {
        await page.evaluate(`(() => {
          const size = [...document.querySelectorAll('.label-form select')].at(-1)
          size.value = '${mm}'
          size.dispatchEvent(new Event('change', { bubbles: true }))
        })()`)
        await page.waitFor(`document.querySelector('.qr').getAttribute('width') === '${mm}mm'`)
        const { data } = await page.call<{ data: string }>('Page.printToPDF', A4)
        const sheets = Buffer.from(data, 'base64')
          .toString('latin1')
          .match(/\/Type \/Page\b/g)
        expect(sheets, `${path}, ${mm} mm`).toHaveLength(1)
        await page.setViewport(SHEET.width, SHEET.height)
        await page.call('Emulation.setEmulatedMedia', { media: 'print' })
        expect(await unreadable(page), `${path}, ${mm} mm`).toEqual([])
        const [width, bottom] = await page.evaluate<[number, number]>(`[
          document.querySelector('.qr').getBoundingClientRect().width,
          document.querySelector('.label').getBoundingClientRect().bottom,
        ]`)
        expect(width).toBeCloseTo((mm * 96) / 25.4, 1)
        expect(bottom).toBeLessThanOrEqual(SHEET.height)
        await page.call('Emulation.setEmulatedMedia', { media: '' })
      }
    }
  })
})

describe.skipIf(!hasChromium)('the page', () => {
  it('can be installed', async () => {
    const page = await browser.ordinaryPage()
    await page.open(`${demo}/verify`)
    await page.waitForText('it opens without a network')
    const { installabilityErrors } = await page.call<{ installabilityErrors: object[] }>(
      'Page.getInstallabilityErrors',
    )
    expect(installabilityErrors).toEqual([])
    const { errors, data } = await page.call<{ errors: object[]; data: string }>('Page.getAppManifest')
    expect(errors).toEqual([])
    expect(JSON.parse(data)).toMatchObject({ display: 'standalone', start_url: '/verify' })
  })
})
