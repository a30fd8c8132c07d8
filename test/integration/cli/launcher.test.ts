import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { ROOT } from '../../support/documents/snippets.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('launcher')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (path: string) => join(folder, path)
function write(path: string, text: string): void {
  mkdirSync(dirname(file(path)), { recursive: true })
  writeFileSync(file(path), text)
}

it('ictl in a checkout compiles and bundles once after a source was written, also if nothing in it has changed', () => {
  mkdirSync(file('src/cli'), { recursive: true })
  copyFileSync(join(ROOT, 'src/cli/ictl.js'), file('src/cli/ictl.js'))
  write('package.json', '{ "type": "module" }')
  write('src/cli/main.ts', '')
  write('dist/cli/main.js', 'console.log("runs")')
  write('dist/.tsbuildinfo', '')
  // Like the compiler, it leaves alone what has not changed.
  write(
    'node_modules/typescript/bin/tsc',
    `require('node:fs').appendFileSync(${JSON.stringify(file('compiled'))}, 'x')`,
  )
  write('node_modules/typescript/package.json', '{}')
  write('compiled', '')
  write(
    'scripts/build-explorer.mjs',
    `import { appendFileSync } from 'node:fs'\nappendFileSync(${JSON.stringify(file('bundled'))}, 'x')`,
  )
  write('bundled', '')
  write('src/explorer/style.css', '')
  const run = () => {
    expect(execFileSync(process.execPath, [file('src/cli/ictl.js')], { encoding: 'utf8' })).toBe('runs\n')
    return readFileSync(file('compiled'), 'utf8').length
  }
  const earliest = new Date(Date.now() - 3_600_000)
  utimesSync(file('src/explorer/style.css'), earliest, earliest)
  expect(run()).toBe(0)
  const later = new Date(Date.now() + 1_000)
  utimesSync(file('src/cli/main.ts'), later, later)
  expect(run()).toBe(1)
  utimesSync(file('src/cli/main.ts'), new Date(), new Date())
  const earlier = new Date(Date.now() - 60_000)
  utimesSync(file('dist/.tsbuildinfo'), earlier, earlier)
  expect(run()).toBe(2)
  expect(run()).toBe(2)
  utimesSync(file('dist/.tsbuildinfo'), earlier, earlier)
  utimesSync(file('src/cli/main.ts'), earliest, earliest)
  utimesSync(file('src/explorer/style.css'), new Date(), new Date())
  expect(run()).toBe(3)
  expect(readFileSync(file('bundled'), 'utf8')).toBe('xxx')
})
