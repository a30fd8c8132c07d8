import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { UsageError } from './failures.ts'
import { say, sayQuestion } from './output.ts'

/** Prompts for a passphrase on the terminal without echoing it. @param option what names a file instead. @throws UsageError if there is no terminal, or on Ctrl-C */
export async function askPassphrase(question: string, option: string): Promise<string> {
  if (process.stdin.isTTY !== true)
    throw new UsageError(`there is no terminal to ask for the passphrase; use ${option}`)
  sayQuestion(question)
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: process.stdin, output: hidden, terminal: true })
  try {
    return await new Promise<string>((resolve, reject) => {
      reader.once('SIGINT', () => reject(new UsageError('stopped')))
      reader.question('', resolve)
    })
  } finally {
    reader.close()
    say('')
  }
}

/** Prompts twice, and again until both entries are the same and not blank. */
export async function askNewPassphrase(what: string, option: string): Promise<string> {
  for (;;) {
    const passphrase = await askPassphrase(`New passphrase for ${what}: `, option)
    if (passphrase.trim() === '') {
      say(
        'A blank passphrase would leave the key as good as unencrypted; use --unencrypted if you want that.',
      )
      continue
    }
    if ((await askPassphrase('Again: ', option)) === passphrase) return passphrase
    say('The passphrases differ.')
  }
}
