import { describe, expect, it } from 'vitest'
import { checkClockOfOne } from '../../../../src/node/chain/clock-of-one.ts'
import { cheapConfig } from '../../../support/simulation/cheap.ts'

const HOUR_ERAS = 3_600_000 / cheapConfig(1, 0).eraMs
const check = (validators: number, height: number, hours: number) => () =>
  checkClockOfOne(cheapConfig(validators, 0), { height, era: 10 }, 10 + hours * HOUR_ERAS)

describe('a clock after a pause', () => {
  it('is believed for a day', () => {
    expect(check(1, 5, 24)).not.toThrow()
  })

  it('has to be vouched for after a longer pause of a single validator', () => {
    expect(check(1, 5, 25)).toThrow(expect.objectContaining({ code: 'CLOCK_JUMPED', retry: false }))
  })

  it('is believed before the first block, and where others check it', () => {
    expect(check(1, 0, 1_000)).not.toThrow()
    expect(check(4, 5, 1_000)).not.toThrow()
  })
})
