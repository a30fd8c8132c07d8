import { ed25519PublicKey, signEd25519 } from '../../../../src/crypto/ed25519.ts'
import { MAX_ANSWER_BYTES, parseAddCheckpoint, SIZE_TYPE } from '../../../../src/log/add-checkpoint.ts'
import { cosign, cosignatureLine, cosignaturesBy, cosignerKey } from '../../../../src/log/cosignature.ts'
import { formatSignature, type NoteKey, parseNote } from '../../../../src/log/note.ts'
import type { AskedWitness, WitnessAnswer } from '../../../../src/node/log/witness-client.ts'
import { byzantineTransport } from '../../network/byzantine-transport.ts'
import { PEER_MISBEHAVIORS } from '../../network/misbehaviors.ts'
import { faultyPeer } from './node-seed.ts'
import { NO_NODE_FAULTS, NodeWorld } from './node-world.ts'

const ERA_MS = 1_000
/** Long, because what is waited for are pauses. */
const LONG_ERA_MS = 5_000
const SEEDS: Record<string, Uint8Array> = {
  'honest.example': new Uint8Array(32).fill(1),
  'liar.example': new Uint8Array(32).fill(2),
  'unknown.example': new Uint8Array(32).fill(3),
}
const keyOf = (name: string): NoteKey => cosignerKey(name, ed25519PublicKey(SEEDS[name]!))

/** A witness's line under a text. @param signer whose key signs, if not that of the name */
function lineOf(
  name: string,
  text: string,
  { signer = name, time = 1_700_000_000, key = keyOf(name) } = {},
): string {
  const made = cosign(text, time, (message) => signEd25519(SEEDS[signer]!, message))
  return formatSignature(cosignatureLine(key, made))
}

const said = (body: string, status = 200, type = 'text/plain'): WitnessAnswer => ({ status, type, body })

/** What a witness may answer that nobody should believe, in turns. @param shown the texts that it was shown, the newest last */
const LIES: readonly ((text: string, shown: readonly string[]) => WitnessAnswer)[] = [
  (text) => said(lineOf('liar.example', text, { signer: 'unknown.example' })),
  (text) => said(lineOf('liar.example', text.replace(/\n\d+\n/, '\n999999\n'))),
  (text) => said(lineOf('unknown.example', text)),
  (text) =>
    said(lineOf('liar.example', text, { key: { ...keyOf('unknown.example'), name: 'liar.example' } })),
  (text, shown) => said(lineOf('liar.example', shown.find((one) => one !== text) ?? `an older${text}`)),
  (text) => said(lineOf('liar.example', text, { time: 2 ** 52 })),
  (text) => said(lineOf('unknown.example', text).repeat(40).slice(0, MAX_ANSWER_BYTES)),
  () => said(''),
  () => said('9'.repeat(15).concat('\n'), 409, SIZE_TYPE),
  () => said('1\n', 409, SIZE_TYPE),
  () => said('-1\n', 409, SIZE_TYPE),
  () => said('no', 500),
]

/** Scenarios about the log of headers and what is said of it. */
export const LOG_SCENARIOS: Readonly<Record<string, () => Promise<void>>> = {
  'a validator that forges, replays and contradicts cosignatures keeps no checkpoint from the others':
    async () => {
      const acts = ['forged cosignatures', 'replayed cosignatures', 'lies about the log']
      const world = new NodeWorld({
        ...{ seed: 3, validators: 4, observers: 1, eraMs: ERA_MS, faults: NO_NODE_FAULTS },
        faulty: new Map([[3, (transport, node) => byzantineTransport(transport, faultyPeer(node, acts))]]),
      })
      for (const name of acts) if (PEER_MISBEHAVIORS[name] === undefined) world.breach(`there is no ${name}`)
      await world.run(30 * ERA_MS)
      for (const node of world.honest) {
        const { size, validators } = node.node!.handler.status().log
        if (size === null || size < 20) world.breach(`the checkpoint of ${node.name} has size ${size}`)
        if (validators[3]!.contradiction === null)
          world.breach(`${node.name} does not say that validator-3 lied`)
      }
      await world.run(world.schedule.nowMs)
    },

  'a witness that lies is not shown, and keeps no other from it': async () => {
    const witnesses = ['honest.example', 'liar.example'].map(
      (name): AskedWitness => ({ ...keyOf(name), url: `https://${name}` }),
    )
    const shown: string[] = []
    let lies = 0
    const world = new NodeWorld({
      ...{ seed: 4, validators: 1, observers: 1, eraMs: LONG_ERA_MS, faults: NO_NODE_FAULTS },
      witnesses: {
        asked: witnesses,
        ask: async (url, body) => {
          const { text } = parseNote(parseAddCheckpoint(new TextEncoder().encode(body)).note)
          if (url === 'https://honest.example') return said(lineOf('honest.example', text))
          shown.push(text)
          return LIES[lies++ % LIES.length]!(text, shown)
        },
      },
    })
    // A witness that fails is asked after pauses, which double up to a minute.
    for (let eras = 0; lies < LIES.length && eras < 120; eras += 4)
      await world.run(world.schedule.nowMs + 4 * LONG_ERA_MS)
    if (lies < LIES.length) world.breach(`only ${lies} lies were told`)
    for (const { name, node } of world.nodes) {
      const { handler } = node!
      const { text, signatures } = parseNote(handler.checkpoint()!)
      const by = signatures.filter((line) => line.name !== text.split('\n')[0]).map((line) => line.name)
      if (by.join() !== 'honest.example') world.breach(`${name} shows the witnesses ${by.join()}`)
      if (cosignaturesBy([keyOf('honest.example')], text, signatures)?.size !== 1)
        world.breach(`${name} shows a wrong cosignature`)
      const [honest, liar] = handler.status().log.witnesses
      if (honest!.size === null || liar!.size !== null)
        world.breach(`${name} says of the witnesses: ${honest!.size}, ${liar!.size}`)
    }
    await world.run(world.schedule.nowMs)
  },
}
