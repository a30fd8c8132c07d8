/** The last millisecond since 1970 that a date can have: ECMA-262, "Time Values and Time Range". What others state beyond it cannot be shown. */
export const MAX_TIME_MS = 8.64e15
