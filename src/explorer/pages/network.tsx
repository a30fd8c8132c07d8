import { brief } from '../app/brief.ts'
import { formatCount, formatDateTime, formatFraction } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import { useQuery } from '../data/use-query.ts'
import { NetworkDocument, type NetworkQuery } from '../generated/operations.ts'
import { Facts, Section, Tiles } from '../parts/facts.tsx'
import { Hash } from '../parts/hash.tsx'
import { QueryPage } from '../parts/page.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import { NodeSections } from './network-node.tsx'
import { Rhythm } from './network-rhythm.tsx'

type Chain = NetworkQuery['chain']
type Evidence = Chain['evidence'][number]

interface ValidatorRow {
  index: number
  name: string
  votingKey: string
  /** How many of the newest blocks it proposed. */
  proposed: number
  size: string | null
  time: string | null
  contradicts: string | undefined
}

/** Who runs the chain, and how it runs. */
export function NetworkPage() {
  const query = useQuery(NetworkDocument, {}, { follows: true })
  const words = texts.network
  return (
    <QueryPage title={words.title} query={query}>
      {({ chain, service, blocks }, hasFaults) => (
        <>
          <Tiles
            tiles={[
              [
                words.height,
                <a key="height" href={links.block(chain.finalizedHeight)}>
                  {formatCount(chain.finalizedHeight)}
                </a>,
              ],
              [words.era, formatCount(chain.era)],
              [words.eraLength, formatFraction(chain.eraMs / 1_000)],
              [words.validators, formatCount(chain.validators.length)],
            ]}
          />
          <Facts
            facts={[
              [words.chainId, <Hash key="chain" value={chain.chainId} full />],
              [words.started, formatDateTime(new Date(chain.startTime))],
              [words.version, brief(service.version)],
            ]}
          />
          <Section title={words.validators}>
            <Table
              caption={words.validators}
              columns={validatorColumns}
              rows={validatorRows(chain, service.node, blocks.nodes)}
              keyOf={({ name }) => name}
            />
          </Section>
          <Section title={words.rhythm}>
            <Rhythm blocks={blocks.nodes} />
          </Section>
          {service.node === null && hasFaults ? null : <NodeSections node={service.node} />}
          <Section title={words.evidence}>
            <Table
              caption={words.evidence}
              columns={evidenceColumns}
              rows={chain.evidence}
              keyOf={({ view, validator }) => `${validator.name} ${view}`}
              empty={words.noEvidence}
            />
          </Section>
        </>
      )}
    </QueryPage>
  )
}

function validatorRows(
  { validators }: Chain,
  node: NetworkQuery['service']['node'],
  blocks: NetworkQuery['blocks']['nodes'],
): ValidatorRow[] {
  return validators.map(({ index, name, votingKey }) => {
    const said = node?.log.validators.find((each) => each.name === name)
    return {
      index,
      name,
      votingKey,
      proposed: blocks.filter(({ proposer }) => proposer?.index === index).length,
      size: said?.size ?? null,
      time: said?.time ?? null,
      contradicts: said?.contradiction?.size,
    }
  })
}

const words = texts.network
const validatorColumns: readonly Column<ValidatorRow>[] = [
  { head: words.name, share: 1.3, cell: ({ name }) => <Text text={name} /> },
  { head: words.blocksProposed, cell: ({ proposed }) => formatCount(proposed), isNumber: true },
  {
    head: words.cosigned,
    share: 1.2,
    cell: ({ size }) => (size === null ? '–' : formatCount(size)),
    isNumber: true,
  },
  { head: words.cosignedAt, share: 1.5, cell: ({ time }) => (time === null ? '–' : <Time at={time} />) },
  {
    head: words.contradiction,
    share: 1.6,
    cell: ({ contradicts }) =>
      contradicts === undefined ? texts.none : <strong>{words.contradicts(formatCount(contradicts))}</strong>,
  },
  { head: words.votingKey, share: 1.7, cell: ({ votingKey }) => <Hash value={votingKey} /> },
]

const evidenceColumns: readonly Column<Evidence>[] = [
  { head: words.name, cell: ({ validator }) => <Text text={validator.name} /> },
  { head: words.kind, cell: ({ kind }) => words.kinds[kind] },
  { head: words.view, cell: ({ view }) => formatCount(view), isNumber: true },
  { head: words.seenAt, cell: ({ seenAt }) => <Time at={seenAt} /> },
]
