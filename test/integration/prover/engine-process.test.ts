import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { EngineProcess } from '../../../src/prover/engine-process.ts'
import type { ProveMessage } from '../../../src/prover/proof.ts'
import { smallCircuit } from '../../support/groth16/small-circuit.ts'

let circuit: Awaited<ReturnType<typeof smallCircuit>>
let engine: EngineProcess
beforeAll(async () => {
  circuit = await smallCircuit()
})
afterEach(() => engine.close())
afterAll(() => circuit.remove())

const start = (options = {}) => {
  engine = new EngineProcess(circuit.artifacts, { threads: 1, ...options })
  return engine
}
/** Proves that a number is at most a million. */
const prove = (input: number, onProgress: (progress: ProveMessage) => void = () => {}) =>
  engine.prove({ in: String(input) }, onProgress)
const keyFile = () => circuit.file(readdirSync(circuit.file('')).find((name) => name.endsWith('.key'))!)

describe('the process that proves', () => {
  it('stays, whatever becomes of a batch, and is started again after it died', async () => {
    start()
    expect(engine.pid).toBeUndefined()
    const stages: string[] = []
    const both = await Promise.all([prove(5, ({ stage }) => stages.push(stage)), prove(6)])
    expect(both.map(({ publicSignals }) => publicSignals.at(-1))).toEqual(['5', '6'])
    expect([stages[0], stages.at(-1)]).toEqual(['witness', 'proof'])
    const first = engine.pid
    await expect(prove(2_000_000)).rejects.toMatchObject({ code: 'WITNESS_FAILED' })
    const stopping = new AbortController()
    const abort = () => stopping.abort(new Error('no longer wanted'))
    await expect(engine.prove({ in: '5' }, abort, stopping.signal)).rejects.toThrow('no longer wanted')
    expect((await prove(7)).publicSignals.at(-1)).toBe('7')
    expect(engine.pid).toBe(first)
    await expect(prove(5, () => process.kill(first!, 'SIGKILL'))).rejects.toMatchObject({
      code: 'OUT_OF_MEMORY',
      retry: true,
    })
    expect((await prove(8)).publicSignals.at(-1)).toBe('8')
    expect(engine.pid).not.toBe(first)
  })

  it('is replaced when it holds more than its bound; a damaged key file is made again, an altered zkey is refused', async () => {
    writeFileSync(keyFile(), readFileSync(keyFile()).fill(7, 1_000, 1_010))
    start({ spareBytes: 0 })
    const working = [prove(5), prove(6)]
    const { pid } = engine
    expect(pid).toBeDefined()
    await working[0]
    // Another process proves what waits.
    expect(engine.pid).not.toBe(pid)
    expect((await working[1]!).publicSignals.at(-1)).toBe('6')
    expect(engine.pid).toBeUndefined()
    writeFileSync(keyFile(), '')
    appendFileSync(circuit.zkey, '.')
    await expect(prove(5)).rejects.toMatchObject({ code: 'KEY_DAMAGED' })
    expect(engine.pid).toBeUndefined()
  })
})
