import { makeCertificate } from '../../../../src/certificate/make.ts'
import { type Case, intact } from './case.ts'
import { type corpusChain, NOTE, roaster } from './corpus-chain.ts'

export type Story = ReturnType<typeof corpusChain>

/** The certificates that the others are made from. */
export async function certificatesOf({ chain, green, roast, gift, delivery, retirement, sale }: Story) {
  const newest = chain.asOf(5)
  const back = { direction: 'BACKWARD' } as const
  const held = { asset: green.id, account: roaster.account }
  return {
    backward: await makeCertificate(newest, { ...held, ...back }),
    forward: await makeCertificate(newest, { asset: green.id, direction: 'FORWARD' }),
    holding: await makeCertificate(newest, { ...held, direction: 'FORWARD' }),
    part: await makeCertificate(newest, { ...held, ...back, offset: 3n, length: 4n }),
    madeFrom: await makeCertificate(newest, { asset: roast.id, ...back }),
    delivery: await makeCertificate(newest, { transfer: delivery.hash, ...back }),
    deliveryForward: await makeCertificate(newest, { transfer: delivery.hash, direction: 'FORWARD' }),
    retirement: await makeCertificate(newest, { transfer: retirement.hash, ...back }),
    roasted: await makeCertificate(chain.asOf(3), { asset: roast.id, ...back }),
    genesis: await makeCertificate(newest, { transfer: chain.world.records[1]!.hash, ...back }),
    sale: await makeCertificate(newest, { transfer: sale.hash, ...back }),
    gift: await makeCertificate(newest, { asset: gift.id, ...back }),
    earlier: await makeCertificate(chain.asOf(1), { ...held, ...back }),
  }
}

export type Certificates = Awaited<ReturnType<typeof certificatesOf>>

/** Certificates with nothing wrong. */
export async function goodCases({ chain }: Story, made: Certificates): Promise<Case[]> {
  const { delivery, earlier } = made
  const without = { ...delivery, records: delivery.records.map((record) => ({ ...record, note: undefined })) }
  return [
    intact('good-backward', 'Where the units came from that an account holds.', made.backward),
    intact(
      'good-forward',
      'Where the units of an asset went, through an asset that was made from them.',
      made.forward,
    ),
    intact('good-forward-holding', 'Where the units went that an account ever received.', made.holding),
    intact('good-part', 'Some of the units of a balance: an offset and a length.', made.part),
    intact(
      'good-made-from',
      'Where the units of an asset came from that was made from others.',
      made.madeFrom,
    ),
    intact('good-transfer', 'Where the units of one transfer came from. Its record has a note.', delivery),
    intact('good-transfer-forward', 'Where the units of one transfer went.', made.deliveryForward),
    intact('good-retirement', 'Where the units came from that were retired.', made.retirement),
    intact(
      'good-without-note',
      `The same as good-transfer without the note ${JSON.stringify(NOTE)}, which may be left out.`,
      without,
    ),
    intact(
      'good-genesis-record',
      'An allocation of the genesis: all its records are of the genesis.',
      made.genesis,
    ),
    intact('good-rsa', 'Units that an RSA key moved, of an asset that was made from others.', made.sale),
    intact('good-rsa-register', 'An asset that an RSA key registered and issued.', made.gift),
    intact('good-earlier', 'As of an earlier height, final by its own header.', earlier),
    intact('good-later', 'As of an earlier height, final by a later header.', await chain.withLater(earlier)),
    intact(
      'good-later-next',
      'As of an earlier height, final by the next header.',
      await chain.withLater(earlier, 3),
    ),
    intact(
      'good-fresh',
      'The header is as old as it may be: the time of its era is 24,000 ms before the time of verification, and so is the largest age.',
      earlier,
      {
        maxAgeMs: 24_000,
        verdicts: { fresh: 'yes' },
      },
    ),
    intact('good-old', 'The header is older than it may be, by a millisecond.', earlier, {
      maxAgeMs: 23_999,
      verdicts: { fresh: 'no' },
    }),
  ]
}
