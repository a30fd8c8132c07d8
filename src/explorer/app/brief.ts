import { visible } from '../../codec/visible.ts'

/** Most characters of a text of others where it is one of many; the whole text is on the page of what it names. */
const MOST = 80

/** Most characters of a text on the page of what it names or says: more than any that the ledger takes, a note of 4,096 bytes. */
export const WHOLE = 5_000
/** Most characters of a note where it is one of many. */
export const NOTE = 200

/** A text of others, safe and not longer than somebody reads or listens to. */
export const brief = (text: string, most = MOST): string => cut(visible(text), most)

/** A text of at most so many characters, with an ellipsis where more was. */
function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}
