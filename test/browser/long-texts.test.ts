import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningApi } from '../../src/api/start.ts'
import { utf8 } from '../../src/codec/bytes.ts'
import { encodeAddress } from '../../src/crypto/address.ts'
import { fieldToHex } from '../../src/crypto/field.ts'
import { hashAction } from '../../src/ledger/action-hash.ts'
import { assetIdOf, canonicalDefinition, parseDefinition } from '../../src/ledger/definition.ts'
import { memoOf } from '../../src/ledger/note.ts'
import { MAX_DEFINITION_BYTES, MAX_NOTE_BYTES, MINT } from '../../src/ledger/params.ts'
import { serveApi } from '../support/api/served-api.ts'
import { axeFindings } from '../support/browser/axe.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import type { BrowserPage } from '../support/browser/browser-page.ts'
import { unreadable } from '../support/browser/layout.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { definitionOf, rsaKey, signRegister, signTransfer } from '../support/ledger/ledger-world.ts'
import { genesisOfOne } from '../support/storage/final-chain.ts'
import { chainDatabase } from '../support/storage/postgres.ts'
import { StoredChain } from '../support/storage/stored-chain.ts'

const [ann, bea] = [rsaKey(), rsaKey()]
const wide = (characters: number) => 'W'.repeat(characters)
/** The largest code, name and note, of the widest letters without a blank. */
const CODE = `Z${wide(63)}`
const NAME = wide(128)
const NOTE = wide(MAX_NOTE_BYTES)
/** The largest values, in another direction and in lines too, and one that fills the definition. */
const metadataWith = (rest: number) => ({
  description: 'قهوة من\nالجبال '.repeat(68),
  [wide(64)]: wide(1_024),
  ...Object.fromEntries(['unit', 'c', 'd', 'e'].map((name) => [name, wide(1_024)])),
  f: wide(rest),
})
const definitionWith = (rest: number) =>
  definitionOf(ann, { code: CODE, name: NAME, cap: '100', metadata: metadataWith(rest) })
const bytesOf = (rest: number) => utf8(canonicalDefinition(definitionWith(rest))).length
const definition = definitionWith(1 + MAX_DEFINITION_BYTES - bytesOf(1))

/** Texts that are cut, and all of which is neither in a title nor elsewhere; labels in pictures have the names of their nodes. */
const LOST = `[...document.querySelectorAll('body *')]
  .filter((each) => each.children.length === 0 && each.checkVisibility() && !each.closest('svg'))
  .filter(({ textContent }) => /W…/.test(textContent))
  .filter((each) => !(each.closest('[title]')?.title.length > each.textContent.length))
  .map(({ textContent }) => textContent)`

let browser: Browser
let page: BrowserPage
let api: RunningApi
/** Hash of the move, in hex. */
let moved: string

beforeAll(async () => {
  if (!hasChromium) return
  const genesis = genesisOfOne()
  const { database } = await chainDatabase(genesis)
  const chain = new StoredChain(database, genesis)
  const named = { chainId: chain.rules.chainId, era: chain.header.era + 1 }
  const common = { ...named, assetId: assetIdOf(poseidon, definition), fromStart: 0n, memo: memoOf(NOTE) }
  const actions = [
    signRegister(ann, { ...named, definition }),
    signTransfer(ann, { ...common, from: MINT, to: ann.account, amount: 100n }),
    signTransfer(ann, { ...common, from: ann.account, to: bea.account, amount: 40n }),
  ].map((action) => hashAction(poseidon, action))
  moved = fieldToHex(actions[2]!.hash)
  await chain.commit(actions, [undefined, NOTE, NOTE])
  api = await serveApi(database, genesis, { nameOf: () => wide(4_000) })
  browser = await Browser.open()
  page = await browser.page()
})
afterAll(async () => {
  await browser?.close()
  await api?.stop()
})

describe.skipIf(!hasChromium)('an asset of the longest definition', () => {
  it('has a definition without room for another byte', () => {
    expect(utf8(canonicalDefinition(parseDefinition(definition)))).toHaveLength(MAX_DEFINITION_BYTES)
  })

  it.each([360, 1_440])(
    'can be read on every page at %i pixels, and what is cut is there whole',
    async (width) => {
      await page.setViewport(width)
      const holder = encodeAddress(bea.account)
      for (const [path, text] of [
        [`/asset/${CODE}`, NAME],
        [`/asset/${CODE}?way=forward`, NAME],
        [`/asset/${CODE}/holders`, 'Holders by balance'],
        [`/asset/${CODE}/unit/7`, NAME],
        [`/label/${CODE}`, NAME],
        [`/account/${holder}`, CODE],
        [`/holding/${holder}/${CODE}`, NAME],
        [`/transfer/${moved}`, NOTE],
        ['/assets', CODE],
        ['/block/1', CODE],
        ['/', CODE],
      ]) {
        await page.open(api.url + path)
        await page.waitForText(text!)
        await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`)
        expect([path, await unreadable(page), await page.evaluate(LOST)]).toEqual([path, [], []])
      }
      expect(await axeFindings(page)).toEqual([])
      expect(page.complaints).toEqual([])
    },
  )
})
