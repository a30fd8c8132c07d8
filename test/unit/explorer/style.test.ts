import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, it } from 'vitest'

const ROOT = new URL('../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')
/** Files of the page whose names end so. */
const sources = (end: RegExp) =>
  readdirSync(new URL('src/explorer/', ROOT), { recursive: true, encoding: 'utf8' })
    .filter((path) => end.test(path))
    .map((path) => `src/explorer/${path}`)

/** Lines that the style may have: what is new first has to replace something, or to be worth a larger number here. */
const MAX_LINES = 845

const style = read('src/explorer/style.css').replace(/\/\*.*?\*\//gs, '')
const selectors = style.replace(/\{[^{}]*\}/g, ';')
const styled = new Set([...selectors.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name]) => name!))

/** Names of classes that components give, and beginnings of those whose ends depend on values. */
function given() {
  const names = new Set<string>()
  const beginnings = new Set<string>()
  const take = (text: string, isBeginning: boolean) => {
    const words = text.split(/\s+/)
    const last = isBeginning ? words.pop()! : ''
    if (last !== '') beginnings.add(last)
    for (const word of words) if (word !== '') names.add(word)
  }
  const takeAll = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateTail(node)) take(node.text, false)
    else if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node)) take(node.text, true)
    ts.forEachChild(node, takeAll)
  }
  const look = (node: ts.Node): void => {
    if (ts.isJsxAttribute(node) && node.name.getText() === 'class') takeAll(node.initializer!)
    else ts.forEachChild(node, look)
  }
  for (const path of sources(/\.tsx$/))
    look(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX))
  return { names, beginnings: [...beginnings] }
}

const { names, beginnings } = given()

it('every class in the style is given by a component, or by uPlot', () => {
  // It puts `u-` before each of them.
  const uplot = read('node_modules/uplot/dist/uPlot.esm.js')
  const unused = [...styled].filter(
    (name) =>
      !names.has(name) &&
      !beginnings.some((beginning) => name.startsWith(beginning)) &&
      !(name.startsWith('u-') && uplot.includes(`"${name.slice(2)}"`)),
  )
  expect(unused).toEqual([])
})

it('every class that a component gives is in the style', () => {
  const isStyled = (beginning: string) => [...styled].some((name) => name.startsWith(beginning))
  expect([...names].filter((name) => !styled.has(name))).toEqual([])
  expect(beginnings.filter((beginning) => !isStyled(beginning))).toEqual([])
})

it('every custom property that is used is defined, and the other way round', () => {
  const code = sources(/\.tsx?$/)
    .map(read)
    .join('\n')
  const defined = new Set([...style.matchAll(/(--[\w-]+):/g)].map(([, name]) => name))
  const used = new Set([...style.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name!))
  expect([...used].filter((name) => !defined.has(name))).toEqual([])
  // The code has the colors of assets, which it numbers, and those of charts.
  const isInCode = (name: string) => code.includes(name.replace(/\d$/, '$'))
  expect([...defined].filter((name) => !used.has(name!) && !isInCode(name!))).toEqual([])
})

it('is small', () => {
  expect(read('src/explorer/style.css').split('\n').length).toBeLessThanOrEqual(MAX_LINES)
})
