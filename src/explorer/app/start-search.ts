/** Characters that the server looks for at most. */
export const MAX_SEARCH_CHARACTERS = 128

type Start = (text: string) => void
let start: Start | undefined

/** Puts a text into the search field and moves the focus there. */
export const startSearch: Start = (text) => start?.(text.slice(0, MAX_SEARCH_CHARACTERS))

/** Names the search field of the page; undefined when it is gone. */
export function setSearchField(field: Start | undefined): void {
  start = field
}
