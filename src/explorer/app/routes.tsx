import type { ComponentType } from 'preact'
import { LabelPage } from '../label/label-page.tsx'
import { AccountPage } from '../pages/account.tsx'
import { AssetPage } from '../pages/asset.tsx'
import { AssetsPage } from '../pages/assets.tsx'
import { BatchPage } from '../pages/batch.tsx'
import { BatchesPage } from '../pages/batches.tsx'
import { BlockPage } from '../pages/block.tsx'
import { BlocksPage } from '../pages/blocks.tsx'
import { HoldersPage } from '../pages/holders.tsx'
import { HoldingPage } from '../pages/holding.tsx'
import { HomePage } from '../pages/home.tsx'
import { NetworkPage } from '../pages/network.tsx'
import { NotFoundPage } from '../pages/not-found.tsx'
import { PoolPage } from '../pages/pool.tsx'
import { ProvingPage } from '../pages/proving.tsx'
import { TransferPage } from '../pages/transfer.tsx'
import { UnitPage } from '../pages/unit.tsx'
import { VerifyPage } from '../verify/verify-page.tsx'
import type { PageProps } from './page-props.ts'
import { matchPath, type Place } from './router.ts'

type PageComponent = ComponentType<PageProps>

/** Paths of pages, each with its page. `src/api/http/explorer.ts` answers the same paths. */
const ROUTES: readonly (readonly [string, PageComponent])[] = [
  ['/', HomePage],
  ['/blocks', BlocksPage],
  ['/block/:height', BlockPage],
  ['/assets', AssetsPage],
  ['/asset/:code/holders', HoldersPage],
  ['/asset/:code', AssetPage],
  ['/asset/:code/unit/:n', UnitPage],
  ['/holding/:address/:code', HoldingPage],
  ['/transfer/:hash', TransferPage],
  ['/account/:address', AccountPage],
  ['/pool', PoolPage],
  ['/batches', BatchesPage],
  ['/batch/:index', BatchPage],
  ['/network', NetworkPage],
  ['/proving', ProvingPage],
  ['/verify', VerifyPage],
  ['/label/:code', LabelPage],
  ['/label/:code/unit/:n', LabelPage],
]

/** Whether a path is one of a page. */
export const isPage = (path: string): boolean => ROUTES.some(([pattern]) => matchPath(pattern, path))

/** The page at a place. */
export function CurrentPage({ place: { path, query } }: { place: Place }) {
  for (const [pattern, Found] of ROUTES) {
    const params = matchPath(pattern, path)
    if (params !== undefined) return <Found key={path} {...{ params, query }} />
  }
  return <NotFoundPage path={path} />
}
