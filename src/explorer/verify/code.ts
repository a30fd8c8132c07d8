/** What a scanned or typed code leads to. */
export type Code =
  /** The SHA-256 of a certificate, 64 hex digits (RFC 6920). */
  | { kind: 'certificate'; sha256: string }
  /** A page of this explorer. */
  | { kind: 'page'; path: string }
  /** Another web address, such as a GS1 Digital Link. One with a user's name seems to lead to a host of that name, so it is a text. */
  | { kind: 'link'; href: string }
  | { kind: 'text'; text: string }

/** Characters of a code that are read: a QR code has at most 7,089. */
const MAX_CODE = 8_192

/**
 * What a code says.
 * @param origin the origin of this page
 */
export function codeOf(text: string, origin: string): Code {
  const code = text.slice(0, MAX_CODE).trim()
  const sha256 = /^ni:\/\/\/sha-256;([A-Za-z0-9_-]{43})$/.exec(code)?.[1]
  if (sha256 !== undefined) return { kind: 'certificate', sha256: hexOf(sha256) }
  if (!/^https?:\/\//i.test(code) || !URL.canParse(code)) return { kind: 'text', text: code }
  const { origin: of, pathname, search, href, username, password } = new URL(code)
  if (username !== '' || password !== '') return { kind: 'text', text: code }
  // As a link, a path that begins with two slashes leads to another host.
  const isPage = of === origin && !pathname.startsWith('//')
  return isPage ? { kind: 'page', path: pathname + search } : { kind: 'link', href }
}

const hexOf = (base64Url: string): string =>
  [...atob(base64Url.replaceAll('-', '+').replaceAll('_', '/'))]
    .map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'))
    .join('')
