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
  '--accept-lang=en-US,en',
  '--remote-debugging-port=0',
]
const CAMERA = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream']

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

  /** @param camera path of a film (Y4M) that a camera shows, which pages may use without being asked; by default there is no camera */
  static async open({ camera }: { camera?: string } = {}): Promise<Browser> {
    const profile = testFolder('chromium')
    const child = spawn(
      CHROMIUM,
      [
        ...ARGUMENTS,
        ...(camera === undefined ? [] : [...CAMERA, `--use-file-for-fake-video-capture=${camera}`]),
        `--user-data-dir=${profile}`,
        'about:blank',
      ],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, TZ: 'UTC', LANGUAGE: 'en-US' },
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

  /** Opens a page that shares nothing with other pages: a profile of its own, which browsers take for a private window. */
  async page(): Promise<BrowserPage> {
    const { browserContextId } = await this.#tools.call<{ browserContextId: string }>(
      'Target.createBrowserContext',
    )
    return this.#open({ browserContextId })
  }

  /** Opens a page of the browser's own profile. */
  ordinaryPage(): Promise<BrowserPage> {
    return this.#open({})
  }

  async #open(context: { browserContextId?: string }): Promise<BrowserPage> {
    const url = 'about:blank'
    const { targetId } = await this.#tools.call<{ targetId: string }>('Target.createTarget', {
      url,
      ...context,
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
