// Writes the README's table of rejection codes from the compiled src/ledger/rejection.ts.
import { readFileSync, writeFileSync } from 'node:fs'

const root = new URL('../../', import.meta.url)
const { REJECTIONS } = await import(new URL('dist/ledger/rejection.js', root).href)
const readme = new URL('README.md', root)

const rows = Object.entries(REJECTIONS).map(
  ([code, sentence]) => `| \`${code}\` | ${sentence.replaceAll('|', '\\|')} |`,
)
const table = [
  '<!-- rejections -->',
  '| code | meaning |',
  '|---|---|',
  ...rows,
  '<!-- /rejections -->',
].join('\n')
const text = readFileSync(readme, 'utf8')
const written = text.replace(/<!-- rejections -->[\s\S]*<!-- \/rejections -->/, () => table)
if (written !== text) writeFileSync(readme, written)
