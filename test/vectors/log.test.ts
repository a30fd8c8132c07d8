import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { base64ToBytes, bytesToHex, hexToBytes, utf8 } from '../../src/codec/bytes.ts'
import { verifyEd25519 } from '../../src/crypto/ed25519-verify.ts'
import { parseCheckpoint } from '../../src/log/checkpoint.ts'
import { cosignaturesBy } from '../../src/log/cosignature.ts'
import { append, EMPTY_FRONTIER, logRootOf } from '../../src/log/frontier.ts'
import { EMPTY_ROOT, entryHash } from '../../src/log/merkle.ts'
import { formatKey, formatNote, parseKey, parseNote } from '../../src/log/note.ts'
import { verifyConsistency, verifyInclusion } from '../../src/log/proofs.ts'
import { parseTilePath, tileAt, tilePath } from '../../src/log/tiles.ts'

/** Roots over the first 0 to 8 of these entries: transparency-dev/merkle, testonly/constants.go. */
const ENTRIES = [
  ...['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'],
]
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

/** A checkpoint of the Go checksum database, and its key as every go command has it: golang.org/x/mod, transparency-dev/formats log/note_test.go. */
const SUMDB_KEY = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'
const SUMDB = `go.sum database tree
6476701
mb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=

— sum.golang.org Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=
`
/** The example of C2SP signed-note. */
const EXAMPLE_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
const EXAMPLE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`
/** A checkpoint of a certificate log with cosignatures of public witnesses, and the key of one of these (published at remora.n621.de). */
const WITNESS_KEY = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2'
const WITNESSED = `arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
`

interface Probe {
  kind: 'inclusion' | 'consistency'
  leafIdx: number
  treeSize: number
  leafHash: string
  root: string
  size1: number
  size2: number
  root1: string
  root2: string
  proof: (string | null)[] | null
  desc: string
  wantErr: boolean
}
/** testdata/inclusion and testdata/consistency of github.com/transparency-dev/merkle at 417fb0c (Apache-2.0), a probe per line. */
const lines = readFileSync(new URL('log/merkle-probes.ndjson', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
const all = lines.map((line) => JSON.parse(line) as Probe)
const probes = {
  inclusion: all.filter(({ kind }) => kind === 'inclusion'),
  consistency: all.filter(({ kind }) => kind === 'consistency'),
}
const bytes = (base64: string | null) => base64ToBytes(base64 ?? '')

describe('RFC 6962 vectors', () => {
  it('gives the published roots', () => {
    const roots = [logRootOf(EMPTY_FRONTIER)]
    let frontier = EMPTY_FRONTIER
    for (const entry of ENTRIES) {
      frontier = append(frontier, entryHash(hexToBytes(entry))).frontier
      roots.push(logRootOf(frontier))
    }
    expect(roots.map(bytesToHex)).toEqual(ROOTS)
    expect(bytesToHex(EMPTY_ROOT)).toBe(ROOTS[0])
  })

  it('judges every published inclusion proof, good or wrong, as its authors do', () => {
    const wrong = probes.inclusion.filter(
      ({ leafIdx: index, treeSize: size, leafHash, root, proof, wantErr }) => {
        const inclusion = {
          index,
          size,
          hash: bytes(leafHash),
          root: bytes(root),
          proof: (proof ?? []).map(bytes),
        }
        return verifyInclusion(inclusion) === wantErr
      },
    )
    expect(wrong).toEqual([])
    expect(probes.inclusion.filter(({ wantErr }) => !wantErr).length).toBeGreaterThan(5)
  })

  it('judges every published consistency proof, good or wrong, as its authors do', () => {
    const wrong = probes.consistency.filter(({ size1, size2, root1, root2, proof, wantErr }) => {
      const roots = { oldRoot: bytes(root1), root: bytes(root2) }
      return (
        verifyConsistency({ oldSize: size1, size: size2, ...roots, proof: (proof ?? []).map(bytes) }) ===
        wantErr
      )
    })
    expect(wrong).toEqual([])
    expect(probes.consistency.filter(({ wantErr }) => !wantErr).length).toBeGreaterThan(4)
  })
})

describe('C2SP vectors', () => {
  it.each([
    ['a checkpoint of sum.golang.org', SUMDB_KEY, SUMDB],
    ['the example of signed-note', EXAMPLE_KEY, EXAMPLE],
  ])('reads and writes %s, and finds its signature good', (_, vkey, text) => {
    const key = parseKey(vkey)
    const note = parseNote(text)
    expect(formatKey(key)).toBe(vkey)
    expect(formatNote(note)).toBe(text)
    expect(bytesToHex(note.signatures[0]!.keyId)).toBe(vkey.split('+')[1])
    expect(verifyEd25519(key.publicKey, utf8(note.text), note.signatures[0]!.signature)).toBe(true)
  })

  it('reads the checkpoint of sum.golang.org', () => {
    const { origin, size, root } = parseCheckpoint(parseNote(SUMDB).text)
    expect([origin, size]).toEqual(['go.sum database tree', 6_476_701])
    expect(root).toEqual(base64ToBytes('mb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk='))
  })

  it('finds the cosignature of a public witness good, and none over another text', () => {
    const key = parseKey(WITNESS_KEY)
    const { text, signatures } = parseNote(WITNESSED)
    expect(cosignaturesBy([key], text, signatures)?.get(key)?.time).toBe(0x6a122120)
    expect(cosignaturesBy([key], text.replace('1432088532', '42'), signatures)).toBeUndefined()
  })

  it('names tiles as the examples of tlog-tiles do', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('0/x001/x234/067')
    const last = [0, 1, 2].map((level) => tileAt(level, level === 0 ? 273 : level === 1 ? 1 : 0, 70_000))
    expect(last.map((tile) => tile?.width)).toEqual([112, 17, 1])
    expect(tileAt(0, 274, 70_000)).toBeUndefined()
    expect([tileAt(0, 0, 256)?.width, tileAt(0, 1, 256), tileAt(1, 0, 256)?.width]).toEqual([
      256,
      undefined,
      1,
    ])
    expect(parseTilePath('1/000.p/17')).toEqual({ tile: { level: 1, index: 0, width: 17 }, entries: false })
  })
})
