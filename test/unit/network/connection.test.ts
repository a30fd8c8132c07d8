import { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { DecodeError } from '../../../src/codec/error.ts'
import { Connection } from '../../../src/network/connection.ts'
import { framesOf } from '../../../src/network/frames.ts'
import { encodePeerMessage } from '../../../src/network/peer-messages.ts'
import { systemClock } from '../../../src/process/clock.ts'

const LIMITS = { validators: 4, maxBodyBytes: 100_000, maxRecords: 100 }
const TRAFFIC = {
  sentBytes: 0,
  receivedBytes: 0,
  sentMessages: 0,
  receivedMessages: 0,
  droppedBulk: 0,
  throttled: 0,
}

test.each([
  ['one of decoding', new DecodeError('MALFORMED', 'no list'), /^no list$/],
  ['any other', new TypeError('bytes is undefined'), /^TypeError: bytes is undefined\n +at /],
])(
  'an error while a message is handled, %s, drops the peer and leaves the handler',
  async (_, error, why) => {
    const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
    const closed = new Promise<unknown[]>((resolve) => {
      new Connection(
        'aa',
        socket,
        { limits: LIMITS, traffic: { ...TRAFFIC }, clock: systemClock },
        {
          onMessage() {
            throw error
          },
          onClose: (...reason) => resolve(reason),
        },
      )
    })
    const [frame] = framesOf(
      encodePeerMessage({ type: 'get-block', hash: 'ab'.repeat(32) }, LIMITS),
      'urgent',
    )
    socket.push(frame)
    expect(await closed).toEqual(['bad-message', expect.stringMatching(why)])
  },
)
