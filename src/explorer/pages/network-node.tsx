import { NOTE } from '../app/brief.ts'
import { formatCount, formatFraction } from '../app/format.ts'
import { texts } from '../app/language.ts'
import type { NetworkQuery } from '../generated/operations.ts'
import { Facts, Section } from '../parts/facts.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'

type Node = NonNullable<NetworkQuery['service']['node']>
type Peer = Node['peers'][number]
type Witness = Node['log']['witnesses'][number]

/** What this server's node says of itself, its peers and its witnesses. */
export function NodeSections({ node }: { node: Node | null }) {
  if (node === null)
    return (
      <Section title={words.node}>
        <p class="notice notice-bad">{words.down}</p>
      </Section>
    )
  const { log, peers } = node
  return (
    <>
      <Section title={words.node}>
        <Facts
          facts={[
            [words.state, words.states[node.state]],
            [words.view, formatCount(node.view)],
            [words.hashLag, formatCount(node.hashLag)],
            [words.clock, words.milliseconds(formatFraction(node.clockOffsetMs, 1))],
            [words.finality, node.finality === null ? '–' : finalityIn(node.finality)],
            [words.log, log.size === null ? '–' : formatCount(log.size)],
          ]}
        />
      </Section>
      <Section title={words.peers}>
        <Table
          caption={words.peers}
          columns={peerColumns}
          rows={peers}
          keyOf={({ name }) => name}
          empty={words.noPeers}
        />
      </Section>
      <Section title={words.witnesses}>
        <Table
          caption={words.witnesses}
          columns={witnessColumns}
          rows={log.witnesses}
          keyOf={({ name }) => name}
          empty={words.noWitnesses}
        />
      </Section>
    </>
  )
}

const words = texts.network
const seconds = (ms: number) => formatFraction(ms / 1_000)

/** How long blocks take to be final, in words. */
const finalityIn = ({ blocks, medianMs, p95Ms, maxMs }: NonNullable<Node['finality']>) =>
  words.finalityTimes(formatCount(blocks), seconds(medianMs), seconds(p95Ms), seconds(maxMs))

const peerColumns: readonly Column<Peer>[] = [
  { head: words.peer, cell: ({ name }) => <Text text={name} /> },
  { head: words.role, cell: ({ validator }) => (validator ? words.validator : words.observer) },
  {
    head: words.height,
    cell: ({ height }) => (height === null ? '–' : formatCount(height)),
    isNumber: true,
  },
  { head: words.version, cell: ({ software }) => <Text text={software} /> },
]

const witnessColumns: readonly Column<Witness>[] = [
  { head: words.witness, cell: ({ name }) => <Text text={name} /> },
  { head: words.cosigned, cell: ({ size }) => (size === null ? '–' : formatCount(size)), isNumber: true },
  { head: words.cosignedAt, cell: ({ time }) => (time === null ? '–' : <Time at={time} />) },
  {
    head: words.failure,
    cell: ({ failure }) => (failure === null ? texts.none : <Text text={failure} most={NOTE} />),
  },
]
