/** What the project uses of circom2 0.2, which ships no types. */
declare module 'circom2' {
  export const bindings: Record<string, unknown>
  export class CircomRunner {
    constructor(options: {
      args: string[]
      env: Record<string, string>
      preopens: Record<string, string>
      bindings: Record<string, unknown>
    })
    execute(wasm: Uint8Array): Promise<void>
  }
}
