/** Before a command: runs it in a terminal of its own with so many columns, which closes when this is killed. Needs python3. */
export const inTerminal = (columns: number) => [
  ...['python3', '-c', 'import pty, sys; pty.spawn(sys.argv[1:])'],
  ...['sh', '-c', `stty columns ${columns} && exec "$@"`, 'sh'],
]
