import { expect, test } from 'vitest'
import { untilLost } from '../../../../src/cli/up/essential.ts'

/** A network of parts that can be given up one by one. */
function network(validators: number) {
  const fail = new Map<string, () => void>()
  const part = (name: string) => {
    const failed = new Promise<never>((_, reject) => {
      fail.set(name, () => reject(new Error(`no ${name}`)))
    })
    return { name, failed }
  }
  const names = (what: string) => Array.from({ length: validators }, (_, i) => part(`${what} ${i}`))
  const said: string[] = []
  let error: Error | undefined
  const parts = {
    database: part('Postgres').failed,
    nodes: names('node'),
    others: [...names('api'), part('prover')],
  }
  untilLost(parts, (line) => said.push(line)).catch((reason) => {
    error = reason
  })
  /** Gives a part up. @returns what ended the network, once everything that follows has happened */
  const giveUp = async (name: string) => {
    fail.get(name)!()
    await new Promise(setImmediate)
    return error?.message
  }
  return { giveUp, said }
}

test('a prover or an api that is given up is reported, and the rest runs on', async () => {
  const { giveUp, said } = network(1)
  expect(await giveUp('prover')).toBeUndefined()
  expect(await giveUp('api 0')).toBeUndefined()
  expect(said).toEqual([
    'the prover is given up, the rest runs on: no prover',
    'the api 0 is given up, the rest runs on: no api 0',
  ])
})

test.each(['node 0', 'Postgres'])('without its %s, a network of one validator ends', async (name) => {
  expect(await network(1).giveUp(name)).toBe(`no ${name}`)
})

test('of several validators, the others go on until the last one is given up', async () => {
  const { giveUp, said } = network(3)
  expect(await giveUp('node 1')).toBeUndefined()
  expect(await giveUp('node 0')).toBeUndefined()
  expect(said).toEqual(['the node 1 is given up: no node 1', 'the node 0 is given up: no node 0'])
  expect(await giveUp('node 2')).toBe('no node 2')
})
