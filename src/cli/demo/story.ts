/** The invented story that `ictl up` plays on a new chain: coffee from two farms to a cup, a village currency, a painting. */

/** The people of the story, by the names of their keys. */
export const PEOPLE: Record<string, string> = {
  'demo-ana': 'Finca Ana (invented)',
  'demo-bao': 'Bao Farm (invented)',
  'demo-coop': 'Hillside Cooperative (invented)',
  'demo-roaster': 'Ember Roastery (invented)',
  'demo-cafe': 'Corner Cafe (invented)',
  'demo-bank': 'Village Bank (invented)',
  'demo-painter': 'M. Brandt, painter (invented)',
  'demo-gallery': 'North Gallery (invented)',
  'demo-museum': 'City Museum (invented)',
}

/** The roasted lot that the examples trace. */
export const ROAST = 'DEMO-ROAST-1'
const CUPS = 'DEMO-CUPS-1'
export const TOKEN = 'DEMO-BEAN'
const ART = 'DEMO-ART-1'

export type Step =
  | {
      do: 'register'
      who: string
      code: string
      name: string
      cap: bigint
      decimals?: number
      madeFrom?: string[]
      about: Record<string, string>
    }
  /** `as` is a name by which `madeFrom` of a later step refers to this transfer. */
  | {
      do: 'issue' | 'transfer' | 'retire'
      who: string
      asset: string
      amount: bigint
      to?: string
      note?: string
      as?: string
    }

const GRAMS = { unit: 'g' }

export const STORY: readonly Step[] = [
  {
    do: 'register',
    who: 'demo-ana',
    code: 'DEMO-LOT-A',
    name: 'Green coffee, Finca Ana, harvest 12',
    cap: 600_000n,
    about: { ...GRAMS, region: 'Huila', altitude: '1,750 m' },
  },
  {
    do: 'issue',
    who: 'demo-ana',
    asset: 'DEMO-LOT-A',
    to: 'demo-ana',
    amount: 600_000n,
    note: 'Weighed at the farm',
  },
  {
    do: 'register',
    who: 'demo-bao',
    code: 'DEMO-LOT-B',
    name: 'Green coffee, Bao Farm, lot 7',
    cap: 400_000n,
    about: { ...GRAMS, region: 'Yirgacheffe', process: 'washed' },
  },
  {
    do: 'issue',
    who: 'demo-bao',
    asset: 'DEMO-LOT-B',
    to: 'demo-bao',
    amount: 400_000n,
    note: 'Bagged and sealed',
  },
  {
    do: 'transfer',
    who: 'demo-ana',
    asset: 'DEMO-LOT-A',
    to: 'demo-coop',
    amount: 450_000n,
    note: 'Lorry to the cooperative',
  },
  {
    do: 'transfer',
    who: 'demo-coop',
    asset: 'DEMO-LOT-A',
    to: 'demo-roaster',
    amount: 300_000n,
    note: 'Container 4711',
  },
  {
    do: 'transfer',
    who: 'demo-bao',
    asset: 'DEMO-LOT-B',
    to: 'demo-roaster',
    amount: 200_000n,
    note: 'Air freight',
  },
  {
    do: 'retire',
    who: 'demo-roaster',
    asset: 'DEMO-LOT-A',
    amount: 180_000n,
    note: 'Into the drum',
    as: 'drum-a',
  },
  {
    do: 'retire',
    who: 'demo-roaster',
    asset: 'DEMO-LOT-B',
    amount: 120_000n,
    note: 'Into the drum',
    as: 'drum-b',
  },
  {
    do: 'register',
    who: 'demo-roaster',
    code: ROAST,
    name: 'Ember House Blend, roast 1',
    cap: 255_000n,
    madeFrom: ['drum-a', 'drum-b'],
    about: { ...GRAMS, roast: 'medium' },
  },
  {
    do: 'issue',
    who: 'demo-roaster',
    asset: ROAST,
    to: 'demo-roaster',
    amount: 255_000n,
    note: '15% lost to the roast',
  },
  {
    do: 'transfer',
    who: 'demo-roaster',
    asset: ROAST,
    to: 'demo-cafe',
    amount: 80_000n,
    note: 'Weekly delivery',
  },
  { do: 'retire', who: 'demo-cafe', asset: ROAST, amount: 18_000n, note: 'Into the grinder', as: 'grinder' },
  {
    do: 'register',
    who: 'demo-cafe',
    code: CUPS,
    name: 'Cups of House Blend, Monday',
    cap: 1_000n,
    madeFrom: ['grinder'],
    about: { unit: 'cup' },
  },
  { do: 'issue', who: 'demo-cafe', asset: CUPS, to: 'demo-cafe', amount: 1_000n, note: '18 g per cup' },
  {
    do: 'register',
    who: 'demo-bank',
    code: TOKEN,
    name: 'Bean, a village currency',
    cap: 100_000_000n,
    decimals: 2,
    about: { unit: 'bean' },
  },
  { do: 'issue', who: 'demo-bank', asset: TOKEN, to: 'demo-bank', amount: 10_000_000n },
  { do: 'transfer', who: 'demo-bank', asset: TOKEN, to: 'demo-cafe', amount: 2_000_000n },
  { do: 'transfer', who: 'demo-bank', asset: TOKEN, to: 'demo-roaster', amount: 3_000_000n },
  { do: 'transfer', who: 'demo-bank', asset: TOKEN, to: 'demo-ana', amount: 1_000_000n },
  {
    do: 'register',
    who: 'demo-painter',
    code: ART,
    name: 'Still Life with Beans, oil on canvas',
    cap: 1n,
    about: { year: '2024', size: '40 x 60 cm' },
  },
  {
    do: 'issue',
    who: 'demo-painter',
    asset: ART,
    to: 'demo-painter',
    amount: 1n,
    note: 'Signed on the back',
  },
  { do: 'transfer', who: 'demo-painter', asset: ART, to: 'demo-gallery', amount: 1n, note: 'On commission' },
  {
    do: 'transfer',
    who: 'demo-gallery',
    asset: ART,
    to: 'demo-museum',
    amount: 1n,
    note: 'Sold at the spring fair',
  },
]
