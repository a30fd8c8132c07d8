import { render } from 'preact'
import { App } from './app/app.tsx'
import { language } from './app/language.ts'
import { followLinks } from './app/router.ts'
import { isPage } from './app/routes.tsx'
import { startLive } from './data/live.ts'
import { keepForOffline } from './verify/offline.ts'

document.documentElement.lang = language
startLive()
keepForOffline()
followLinks(isPage)
render(<App />, document.getElementById('app')!)
