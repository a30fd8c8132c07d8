import { serverAudits } from 'graphql-http'
import { describe, expect, it } from 'vitest'
import { ApiWorld } from '../support/api/api-server.ts'

/** The GraphQL over HTTP specification, as its working group's own audits check it: MUST, SHOULD and MAY alike. */
describe('GraphQL over HTTP', async () => {
  const world = await ApiWorld.open()
  const audits = serverAudits({
    url: 'http://api/graphql',
    fetchFn: (url: string, init: RequestInit) => world.api.yoga.fetch(url, init),
  })
  for (const audit of audits) {
    it(audit.name, async () => {
      const result = await audit.fn()
      expect(result.status === 'ok' ? '' : `${result.status}: ${result.reason}`).toBe('')
    })
  }
})
