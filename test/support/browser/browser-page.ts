import { writeFileSync } from 'node:fs'
import type { DevTools } from './devtools.ts'

/** What a screen reader is told of an element. */
export interface Said {
  role: string
  name: string
}

interface AccessibleNode {
  ignored: boolean
  role?: { value: string }
  name?: { value: string }
  properties?: { name: string; value: { value: unknown } }[]
}

/** Keys that are no characters, with their codes. */
const KEYS: Readonly<Record<string, number>> = {
  Tab: 9,
  Enter: 13,
  Escape: 27,
  End: 35,
  Home: 36,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
}
/** The bit of the shift key. */
const SHIFT = 8

/** A page of a browser, driven as a visitor drives it. */
export class BrowserPage {
  /** What the page wrote to the console as a warning or an error, and what it threw. */
  readonly complaints: string[] = []
  /** URLs of all requests. */
  readonly requests: string[] = []
  /** Bytes that came over the network for each request that has ended, headers included. */
  readonly loaded: number[] = []
  readonly #tools: DevTools
  readonly #session: string

  private constructor(tools: DevTools, session: string) {
    this.#tools = tools
    this.#session = session
  }

  static async attach(tools: DevTools, targetId: string): Promise<BrowserPage> {
    const { sessionId } = await tools.call<{ sessionId: string }>('Target.attachToTarget', {
      targetId,
      flatten: true,
    })
    const page = new BrowserPage(tools, sessionId)
    page.#listen()
    for (const domain of ['Page', 'Runtime', 'Network', 'Log', 'Accessibility'])
      await page.call(`${domain}.enable`)
    return page
  }

  /** Calls a method of the DevTools Protocol. */
  call<Result>(method: string, params: Record<string, unknown> = {}): Promise<Result> {
    return this.#tools.call(method, params, this.#session)
  }

  /** Opens a URL, and resolves once the document and what it names are loaded. */
  async open(url: string): Promise<void> {
    const loaded = this.#next('Page.loadEventFired')
    const { errorText } = await this.call<{ errorText?: string }>('Page.navigate', { url })
    if (errorText !== undefined) throw new Error(`${url}: ${errorText}`)
    await loaded
  }

  async close(): Promise<void> {
    await this.call('Page.close')
  }

  /** The value of an expression in the page; a promise is awaited. @throws Error with what the expression throws */
  async evaluate<Value>(expression: string): Promise<Value> {
    type Answer = {
      result: { value: Value }
      exceptionDetails?: { text: string; exception?: { description?: string } }
    }
    const options = { expression, awaitPromise: true, returnByValue: true, userGesture: true }
    const { result, exceptionDetails } = await this.call<Answer>('Runtime.evaluate', options)
    if (exceptionDetails !== undefined)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }

  /** Resolves once an expression is true of the document, looked at after each change of it. @returns its value */
  waitFor<Value>(expression: string): Promise<Value> {
    return this.evaluate(`new Promise((resolve) => {
      const look = () => {
        const value = (${expression})
        if (!value) return
        observer.disconnect()
        resolve(value)
      }
      const observer = new MutationObserver(look)
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
      look()
    })`)
  }

  /** Resolves once the page shows this text. */
  async waitForText(text: string): Promise<void> {
    await this.waitFor(`document.body?.innerText.includes(${JSON.stringify(text)})`)
  }

  /** Presses a key: a character, or a name such as `Tab`. */
  async press(key: string, { shift = false } = {}): Promise<void> {
    const code = KEYS[key]
    const text = code === undefined ? key : key === 'Enter' ? '\r' : undefined
    const event = {
      key,
      modifiers: shift ? SHIFT : 0,
      ...(code === undefined ? {} : { windowsVirtualKeyCode: code, code: key }),
    }
    const type = text === undefined ? 'rawKeyDown' : 'keyDown'
    await this.call('Input.dispatchKeyEvent', { ...event, type, ...(text === undefined ? {} : { text }) })
    await this.call('Input.dispatchKeyEvent', { ...event, type: 'keyUp' })
  }

  /** Types a text into what has the focus. */
  async type(text: string): Promise<void> {
    await this.call('Input.insertText', { text })
  }

  /** @param width and height in CSS pixels */
  async setViewport(width: number, height = 900): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: width < 600 }
    await this.call('Emulation.setDeviceMetricsOverride', metrics)
  }

  /** The size that a browser is told to write text in, in CSS pixels; 16 by default. */
  async setTextSize(standard: number): Promise<void> {
    await this.call('Page.setFontSizes', { fontSizes: { standard, fixed: (standard * 13) / 16 } })
  }

  /** The languages that the visitor prefers, as browsers name them: `de-AT,de`. Documents that are opened from now on see it. */
  async setLanguages(acceptLanguage: string): Promise<void> {
    const userAgent = await this.evaluate<string>('navigator.userAgent')
    await this.call('Emulation.setUserAgentOverride', { userAgent, acceptLanguage })
  }

  /** What the visitor prefers. */
  async prefer({ dark = false, reducedMotion = false }): Promise<void> {
    const features = [
      { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' },
      { name: 'prefers-reduced-motion', value: reducedMotion ? 'reduce' : 'no-preference' },
    ]
    await this.call('Emulation.setEmulatedMedia', { features })
  }

  /** Cuts the network, or joins it. */
  async setOffline(offline: boolean): Promise<void> {
    const unlimited = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 }
    await this.call('Network.emulateNetworkConditions', { offline, ...unlimited })
  }

  /** Writes a picture of the whole page. */
  async screenshot(path: string): Promise<void> {
    const options = { format: 'png', captureBeyondViewport: true }
    const { data } = await this.call<{ data: string }>('Page.captureScreenshot', options)
    writeFileSync(path, Buffer.from(data, 'base64'))
  }

  /** All that a screen reader is told, in the order of the page. */
  async said(): Promise<Said[]> {
    return (await this.#accessible()).filter(({ ignored }) => !ignored).map(told)
  }

  /** What a screen reader says of the element that has the focus; undefined if none has. */
  async focused(): Promise<Said | undefined> {
    const found = (await this.#accessible()).findLast(({ properties = [] }) =>
      properties.some(({ name, value }) => name === 'focused' && value.value === true),
    )
    return found && told(found)
  }

  async #accessible(): Promise<AccessibleNode[]> {
    return (await this.call<{ nodes: AccessibleNode[] }>('Accessibility.getFullAXTree')).nodes
  }

  #next(event: string): Promise<void> {
    return new Promise((resolve) => this.on(event, () => resolve()))
  }

  /** Calls a listener at each event of this page with this name. */
  on<Event>(event: string, listener: (params: Event) => void): void {
    this.#tools.on<Event>(event, (params, session) => {
      if (session === this.#session) listener(params)
    })
  }

  #listen(): void {
    this.on<{ request: { url: string } }>('Network.requestWillBeSent', ({ request }) => {
      this.requests.push(request.url)
    })
    this.on<{ encodedDataLength: number }>('Network.loadingFinished', ({ encodedDataLength }) => {
      this.loaded.push(encodedDataLength)
    })
    this.on<{ entry: { level: string; text: string; url?: string } }>('Log.entryAdded', ({ entry }) => {
      if (entry.level === 'error' || entry.level === 'warning')
        this.complaints.push(`${entry.text} ${entry.url ?? ''}`)
    })
    this.on<{ type: string; args: { value?: unknown; description?: string }[] }>(
      'Runtime.consoleAPICalled',
      ({ type, args }) => {
        if (type === 'error' || type === 'warning' || type === 'assert')
          this.complaints.push(args.map(({ value, description }) => description ?? String(value)).join(' '))
      },
    )
    this.on<{ exceptionDetails: { text: string; exception?: { description?: string } } }>(
      'Runtime.exceptionThrown',
      ({ exceptionDetails: { text, exception } }) => this.complaints.push(exception?.description ?? text),
    )
  }
}

const told = ({ role, name }: AccessibleNode): Said => ({ role: role?.value ?? '', name: name?.value ?? '' })
