import { type Client, createClient } from 'graphql-ws'
import { useEffect, useState } from 'preact/hooks'
import { HeadDocument, type HeadSubscription } from '../generated/operations.ts'
import { isHeight } from './request.ts'

/** The chain after its newest final block. */
export type Head = HeadSubscription['chain']

/** What the page's one subscription says. */
export interface Live {
  /** `lost` until the socket is back; it is opened again and again. */
  connection: 'connecting' | 'live' | 'lost'
  head: Head | undefined
  /** True once the server has told of another chain than at first: everything on the page is of a chain that is gone. */
  isOtherChain: boolean
}

/** Milliseconds without a word after which the server is asked whether it is there. */
const PING_MS = 10_000
/** Milliseconds that it has to answer. */
const PONG_MS = 5_000
/** Milliseconds within which a connection tells of the chain or is given up: browsers wait for minutes where a network swallows what is sent. */
const CONNECT_MS = 10_000
/** Milliseconds between attempts to connect, at first and at most. */
const FIRST_RETRY_MS = 500
export const MAX_RETRY_MS = 10_000

let live: Live = { connection: 'connecting', head: undefined, isOtherChain: false }
const listeners = new Set<() => void>()

function set(change: Partial<Live>): void {
  live = { ...live, ...change }
  for (const listener of listeners) listener()
}

/** Begins the subscription, which lasts as long as the page is open. */
export function startLive(): void {
  const { client, heard } = connect()
  const subscribe = () => {
    client.subscribe<HeadSubscription>(
      { query: HeadDocument },
      {
        // What throws here ends the connection.
        next: ({ data }) => {
          if (!data) return
          reach(data.chain)
          heard()
        },
        error: () => later(subscribe),
        complete: () => later(subscribe),
      },
    )
  }
  subscribe()
}

const later = (again: () => void) => {
  set({ connection: 'lost' })
  setTimeout(again, MAX_RETRY_MS)
}

/** @throws TypeError if a server says something else than what was asked for */
function reach(head: Head): void {
  const { chainId, name, finalizedHeight } = head
  if (typeof chainId !== 'string' || typeof name !== 'string' || !isHeight(finalizedHeight))
    throw new TypeError()
  const isOtherChain = live.isOtherChain || (live.head !== undefined && live.head.chainId !== head.chainId)
  set({ connection: 'live', head, isOtherChain })
}

/** @returns what tells of the chain, and what is to be called once it has done so */
function connect(): { client: Client; heard: () => void } {
  let silence: ReturnType<typeof setTimeout> | undefined
  let unheard: ReturnType<typeof setTimeout> | undefined
  /** Attempts since a connection held for long: one that is made and lost at once does not begin anew. */
  let attempts = 0
  let connectedAt = Number.POSITIVE_INFINITY
  // A socket that drops without a word closes only when it is told to.
  const expectWord = (ms: number) => {
    clearTimeout(silence)
    silence = setTimeout(() => client.terminate(), ms)
  }
  const client = createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    keepAlive: PING_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: () => {
      const ms = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts++) * (0.5 + Math.random() / 2)
      return new Promise((resolve) => setTimeout(resolve, ms))
    },
    on: {
      connecting: () => {
        clearTimeout(unheard)
        unheard = setTimeout(() => client.terminate(), CONNECT_MS)
      },
      connected: () => {
        connectedAt = performance.now()
      },
      closed: () => {
        clearTimeout(silence)
        clearTimeout(unheard)
        if (performance.now() - connectedAt > MAX_RETRY_MS) attempts = 0
        connectedAt = Number.POSITIVE_INFINITY
        set({ connection: 'lost' })
      },
      ping: (received) => {
        if (!received) expectWord(PONG_MS)
      },
      pong: () => clearTimeout(silence),
    },
  })
  return { client, heard: () => clearTimeout(unheard) }
}

/** What the subscription says, anew whenever it says more. */
export function useLive(): Live {
  const [seen, setSeen] = useState(live)
  useEffect(() => {
    const listener = () => setSeen(live)
    listeners.add(listener)
    listener()
    return () => void listeners.delete(listener)
  }, [])
  return seen
}
