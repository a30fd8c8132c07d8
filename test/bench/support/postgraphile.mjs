import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * PostGraphile on the project's tables, in a process of its own; ends with its parent. Arguments: database URL, folder in which it is installed.
 * It sends its URL, and answers each message with the microseconds of CPU that it has used. The relations that the tables do not declare are
 * declared here, so that it can nest what the api nests.
 */
const [databaseUrl, folder] = process.argv.slice(2)
const installed = createRequire(join(folder, 'package.json'))
const load = (name) => import(pathToFileURL(installed.resolve(name)).href)
const { postgraphile } = await load('postgraphile')
const { makePgService } = await load('postgraphile/adaptors/pg')
const { grafserv } = await load('postgraphile/grafserv/node')
const { PostGraphileAmberPreset } = await load('postgraphile/presets/amber')
const { pgSmartTags } = await load('postgraphile/utils')

const relations = (table, foreignKey) => ({
  kind: 'class',
  match: ({ relname, relkind }) => relname === table && relkind === 'r',
  tags: { foreignKey },
})
const server = createServer()
const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [
    pgSmartTags([
      relations('transfer', [
        '(height) references block (height)',
        '(from_account) references account (id)|@fieldName sender',
        '(to_account) references account (id)|@fieldName receiver',
        '(asset) references asset (id)|@fieldName assetOf',
      ]),
      relations('holding', ['(account) references account (id)|@fieldName holder']),
    ]),
  ],
  pgServices: [makePgService({ connectionString: databaseUrl, schemas: ['public'], poolConfig: { max: 8 } })],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false, websockets: false },
})
instance.createServ(grafserv).addTo(server)
await instance.getSchema()
server.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}`))
process.once('disconnect', () => process.exit(0))
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send(user + system)
})
