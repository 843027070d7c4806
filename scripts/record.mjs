// `npm run record`: write docs/opgen.svg, the recording that the README opens with, from a real run.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { recordSession } from './recorded-session.mjs'
import { build, installDependencies, installSecretService, root } from './set-up.mjs'

await installDependencies()
const lacking = await installSecretService()
if (lacking !== undefined) throw new Error(`nothing was recorded: ${lacking}`)
await build()
const svg = await recordSession()
await writeFile(join(root, 'docs', 'opgen.svg'), svg)
console.log(`docs/opgen.svg: ${svg.length} characters`)
