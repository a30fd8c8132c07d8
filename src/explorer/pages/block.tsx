import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { exportFilterOfBlock, links } from '../app/links.ts'
import type { PageProps } from '../app/page-props.ts'
import { isMissing, useQuery } from '../data/use-query.ts'
import { BlockDocument, type BlockQuery } from '../generated/operations.ts'
import { ExportLinks } from '../parts/export-links.tsx'
import { Facts, Section } from '../parts/facts.tsx'
import { Hash } from '../parts/hash.tsx'
import { Missing } from '../parts/missing.tsx'
import { QueryPage } from '../parts/page.tsx'
import { nextOf, Pager } from '../parts/pager.tsx'
import { Time } from '../parts/time.tsx'
import { TransfersTable } from '../parts/transfers-table.tsx'

type Block = NonNullable<BlockQuery['block']>

/** A block: by its height, or by its hash. */
export function BlockPage({ params, query }: PageProps) {
  const name = params.height!
  const isHash = /^[0-9a-f]{64}$/i.test(name)
  if (!isHash && !/^\d{1,15}$/.test(name))
    return <Missing title={texts.notFound.block} advice={texts.notFound.badHeight} wanted={name} />
  const by = isHash ? { hash: name.toLowerCase() } : { height: BigInt(name).toString() }
  return (
    <BlockOf
      by={by}
      name={isHash ? name.slice(0, 12) : formatCount(name)}
      after={query.get('after')}
      wanted={name}
    />
  )
}

interface BlockOfProps {
  by: { height: string } | { hash: string }
  name: string
  after: string | null
  wanted: string
}

function BlockOf({ by, name, after, wanted }: BlockOfProps) {
  const query = useQuery(BlockDocument, { by, after }, { follows: false })
  const found = query.answer?.data
  if (found !== undefined && isMissing(query, 'block')) {
    const advice = texts.notFound.blockAdvice(formatCount(found.chain.finalizedHeight))
    return <Missing title={texts.notFound.block} {...{ advice, wanted }} />
  }
  return (
    <QueryPage kind={texts.block.kind} title={texts.block.title(name)} query={query}>
      {({ block, chain }) =>
        block && (
          <>
            <Neighbors height={BigInt(block.height)} newest={BigInt(chain.finalizedHeight)} />
            <BlockFacts block={block} />
            <Section
              title={texts.block.records}
              aside={
                block.transferCount === 0 ? null : (
                  <ExportLinks list="transfers" filter={exportFilterOfBlock(block.height)} />
                )
              }
            >
              <TransfersTable
                rows={block.transfers.nodes}
                caption={texts.block.records}
                empty={texts.block.empty}
              />
              <Pager
                href={links.block(block.height)}
                next={nextOf(block.transfers.pageInfo)}
                isLater={after !== null}
              />
            </Section>
          </>
        )
      }
    </QueryPage>
  )
}

function Neighbors({ height, newest }: { height: bigint; newest: bigint }) {
  return (
    <nav class="pager" aria-label={texts.blocks.title}>
      {height > 0n ? (
        <a href={links.block(`${height - 1n}`)} rel="prev">
          {texts.block.older}
        </a>
      ) : null}
      {height < newest ? (
        <a href={links.block(`${height + 1n}`)} rel="next">
          {texts.block.newer}
        </a>
      ) : null}
    </nav>
  )
}

function BlockFacts({ block }: { block: Block }) {
  const words = texts.block
  return (
    <>
      <Facts
        facts={[
          [words.time, <Time key="time" at={block.timestamp} />],
          [words.records, formatCount(block.transferCount)],
          [words.proposer, block.proposer?.name ?? words.genesis],
          [words.era, formatCount(block.era)],
          [words.view, formatCount(block.view)],
          [words.position, formatCount(block.position)],
          [words.batches, batchesOf(block)],
        ]}
      />
      <details class="more">
        <summary>{words.roots}</summary>
        <Facts
          facts={[
            [words.hash, <Hash key="hash" value={block.hash} full />],
            [words.parent, <Hash key="parent" value={block.parentHash} full />],
            [words.stateRoot, <Hash key="state" value={block.stateRoot} full />],
            [words.historyRoot, <Hash key="history" value={block.historyRoot} full />],
            [words.logRoot, <Hash key="log" value={block.logRoot} full />],
          ]}
        />
      </details>
    </>
  )
}

const batchesOf = ({ batches: { nodes } }: Block) =>
  nodes.length === 0
    ? undefined
    : nodes.map(({ index }) => (
        <a key={index} class="in-list" href={links.batch(index)}>
          {formatCount(index)}
        </a>
      ))
