/** Types of the parts of circom2 0.2 that the project uses; the package ships none. */
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
