/** Requests that have been paid for, or refused for want of budget. */
const paid = new WeakSet<object>()

/** What a request is known by: as Node received it, or, for a call in the process, itself. */
interface Received {
  req?: object | undefined
  request?: object | undefined
}

/** Notes that a request need not be paid for any more. */
export function settle({ req, request }: Received): void {
  const key = req ?? request
  if (key !== undefined) paid.add(key)
}

/** Whether a request need not be paid for any more. */
export function isSettled({ req, request }: Received): boolean {
  const key = req ?? request
  return key !== undefined && paid.has(key)
}
