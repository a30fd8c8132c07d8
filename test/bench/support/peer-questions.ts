import { encodeAddress } from '../../../src/crypto/address.ts'
import type { Cast } from './big-history.ts'

/** A GraphQL request. */
export interface Asked {
  query: string
  variables: Record<string, unknown>
}

/** One question, as the api and as PostGraphile are asked it for the i-th time. */
export interface Question {
  name: string
  api: (i: number) => Asked
  peer: (i: number) => Asked
}

const OURS = 'hash kind amount from { address } to { address } asset { code }'
const PEERS = 'hash kind amount sender { account } receiver { account } assetOf { code }'
const DEEP = 500_000

/**
 * The questions. `cursor` makes the cursor of a position from one that the server gave, so that pages begin deep in the history.
 * @param blocks how many blocks are asked for, again and again
 */
export function questions(
  { people, assets }: Cast,
  blocks: number,
  cursor: { api: (position: number) => string; peer: (position: number) => string },
): Question[] {
  const code = (i: number) => assets[i % assets.length]!.code
  const person = (i: number) => people[(i * 7) % people.length]!.account
  const block = (inside: string) =>
    `query ($height: BigInt!) { block(by: { height: $height }) { ${inside} } }`
  const peerBlock = (inside: string) =>
    `query ($height: BigInt!) { blockByHeight(height: $height) { ${inside} } }`
  const height = (i: number) => ({ height: String(1 + (i % blocks)) })
  const page = (inside: string, field: string) =>
    `query ($after: ${field === 'transfers' ? 'String' : 'Cursor'}!) { ${field}(first: 50, after: $after) { edges { cursor node { position ${inside} } } pageInfo { hasNextPage } } }`
  return [
    {
      name: 'a block',
      api: (i) => ({ query: block('hash era transferCount'), variables: height(i) }),
      peer: (i) => ({ query: peerBlock('hash era recordCount'), variables: height(i) }),
    },
    {
      name: 'a block with 50 transfers',
      api: (i) => ({
        query: block(`hash era transferCount transfers(first: 50) { nodes { ${OURS} } }`),
        variables: height(i),
      }),
      peer: (i) => ({
        query: peerBlock(`hash era recordCount transfersByHeight(first: 50) { nodes { ${PEERS} } }`),
        variables: height(i),
      }),
    },
    {
      name: 'a page of 50 transfers, half a million deep',
      api: (i) => ({ query: page(OURS, 'transfers'), variables: { after: cursor.api(DEEP + i * 50) } }),
      peer: (i) => ({ query: page(PEERS, 'allTransfers'), variables: { after: cursor.peer(DEEP + i * 50) } }),
    },
    {
      name: 'a balance',
      api: (i) => ({
        query: 'query ($a: String!, $c: String!) { holding(address: $a, asset: $c) { inTotal outTotal } }',
        variables: { a: encodeAddress(person(i)), c: code(i) },
      }),
      // By the numbers of its tables, which saves it two look-ups.
      peer: (i) => ({
        query:
          'query ($a: Int!, $c: Int!) { holdingByAccountAndAsset(account: $a, asset: $c) { inTotal outTotal } }',
        variables: { a: 5 + (i % 900), c: i % assets.length },
      }),
    },
    {
      name: 'the last 50 transfers of an asset',
      api: (i) => ({
        query: `query ($c: String!) { asset(by: { code: $c }) { transfers(last: 50) { nodes { ${OURS} } } } }`,
        variables: { c: code(i) },
      }),
      peer: (i) => ({
        query: `query ($c: String!) { assetByCode(code: $c) { transfersByAsset(first: 50, orderBy: POSITION_DESC) { nodes { ${PEERS} } } } }`,
        variables: { c: code(i) },
      }),
    },
    {
      name: 'the 20 largest holders of an asset',
      api: (i) => ({
        query: `query ($c: String!) { asset(by: { code: $c }) { holders(first: 20) { nodes { address inTotal outTotal } } } }`,
        variables: { c: code(i) },
      }),
      peer: (i) => ({
        query: `query ($c: String!) { assetByCode(code: $c) { topHolders(first: 20) { nodes { holder { account } inTotal outTotal } } } }`,
        variables: { c: code(i) },
      }),
    },
  ]
}
