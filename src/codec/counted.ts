/** A number of things in English: "1 record", "3 records". @param thing one of them, whose plural has an s more */
export const counted = (count: number | bigint, thing: string): string =>
  `${count} ${thing}${Number(count) === 1 ? '' : 's'}`
