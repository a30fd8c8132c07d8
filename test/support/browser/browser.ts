import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { testFolder } from '../shared/test-folder.ts'
import { BrowserPage } from './browser-page.ts'
import { DevTools } from './devtools.ts'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
/** Without Chromium, tests that need it are skipped. */
export const hasChromium = existsSync(CHROMIUM)

const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
  '--no-default-browser-check',
  '--hide-scrollbars',
  '--remote-debugging-port=0',
]

/** A headless Chromium with a profile of its own. */
export class Browser {
  readonly #process: ChildProcess
  readonly #tools: DevTools
  readonly #profile: string

  private constructor(process: ChildProcess, tools: DevTools, profile: string) {
    this.#process = process
    this.#tools = tools
    this.#profile = profile
  }

  /** @param languages what the visitor speaks, as browsers name it: `de-DE,de` */
  static async open(languages = 'en-US,en'): Promise<Browser> {
    const profile = testFolder('chromium')
    const child = spawn(
      CHROMIUM,
      [...ARGUMENTS, `--user-data-dir=${profile}`, `--accept-lang=${languages}`, 'about:blank'],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, TZ: 'UTC', LANGUAGE: languages.split(',')[0] },
      },
    )
    const url = await new Promise<string>((resolve, reject) => {
      let said = ''
      child.stderr!.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        const found = /DevTools listening on (ws:\S+)/.exec(said)
        if (found) resolve(found[1]!)
      })
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`Chromium ended with ${code}:\n${said.slice(-2_000)}`)))
    })
    return new Browser(child, await DevTools.connect(url), profile)
  }

  /** Opens a page that shares nothing with other pages: a profile of its own. */
  async page(): Promise<BrowserPage> {
    const { browserContextId } = await this.#tools.call<{ browserContextId: string }>(
      'Target.createBrowserContext',
    )
    const url = 'about:blank'
    const { targetId } = await this.#tools.call<{ targetId: string }>('Target.createTarget', {
      url,
      browserContextId,
    })
    return BrowserPage.attach(this.#tools, targetId)
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    await this.#tools.call('Browser.close').catch(() => this.#process.kill('SIGKILL'))
    await ended
    this.#tools.close()
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
