/** See creators.mjs. */
export function atOnce(
  task: 'key' | 'parties' | 'data',
  folder: string,
  options?: { threads?: number; rounds?: number },
): Promise<string[][]>
