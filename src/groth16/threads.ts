import { Kernels, type Task, type TaskValue, type ThreadSetup } from './kernels.ts'

/** Runs tasks, each on one of its threads. */
export interface Threads {
  /** The values of the tasks, in order. @throws Failure ENGINE_FAILED if a thread died; then these threads are of no use any more */
  run(tasks: readonly Task[]): Promise<TaskValue[]>
  close(): Promise<void>
}

/** Makes threads over a shared memory, one per setup. */
export type SpawnThreads = (setups: readonly ThreadSetup[]) => Promise<Threads>

/** The tasks of a call and the counter that threads draw their numbers from. */
export interface Share {
  tasks: readonly Task[]
  /** One i32 in shared memory. */
  counter: SharedArrayBuffer
}

/** Runs tasks whose numbers it draws, until there is none left. @returns number and value of each */
export function runShare(kernels: Kernels, { tasks, counter }: Share): [number, TaskValue][] {
  const next = new Int32Array(counter)
  const done: [number, TaskValue][] = []
  for (;;) {
    const number = Atomics.add(next, 0, 1)
    const task = tasks[number]
    if (task === undefined) return done
    done.push([number, kernels.run(task)])
  }
}

/** The caller's own thread. Between calls, whatever else waits for it has its turn. */
export function ownThread(setup: ThreadSetup): Threads {
  const kernels = new Kernels(setup)
  return {
    async run(tasks) {
      await new Promise((resolve) => setTimeout(resolve, 0))
      return tasks.map((task) => kernels.run(task))
    },
    close: async () => {},
  }
}
