const segment = encodeURIComponent

/** Paths of pages. What stands in them is encoded, since a code may have any characters. */
export const links = {
  home: '/',
  blocks: '/blocks',
  block: (height: string) => `/block/${segment(height)}`,
  assets: '/assets',
  asset: (code: string) => `/asset/${segment(code)}`,
  holders: (code: string) => `/asset/${segment(code)}/holders`,
  unit: (code: string, serial: string) => `/asset/${segment(code)}/unit/${segment(serial)}`,
  account: (address: string) => `/account/${segment(address)}`,
  holding: (address: string, code: string) => `/holding/${segment(address)}/${segment(code)}`,
  transfer: (hash: string) => `/transfer/${segment(hash)}`,
  pool: '/pool',
  batches: '/batches',
  batch: (index: string) => `/batch/${segment(index)}`,
  network: '/network',
  proving: '/proving',
  verify: '/verify',
  label: (code: string) => `/label/${segment(code)}`,
}

/** The address of a whole list as a file. */
export function exportLink(
  list: 'transfers' | 'assets' | 'holdings',
  format: 'csv' | 'ndjson',
  filter: Record<string, string> = {},
): string {
  const query = new URLSearchParams(filter).toString()
  return `/export/${list}.${format}${query === '' ? '' : `?${query}`}`
}

/** The filter of exports that selects the records of a block. */
export const exportFilterOfBlock = (height: string) => ({ heightFrom: height, heightTo: height })
