import fs from 'node:fs'
import path from 'node:path'
import { runApart } from './run-apart.ts'
import type { OpenCodeAnswer, OpenCodeRequest } from './system.ts'

/** {@link OpenCodePrograms.ask} */
export async function askOpenCode(
  program: string,
  request: OpenCodeRequest,
): Promise<OpenCodeAnswer> {
  const { argv, deadline, mostBytes, isEnough } = request
  const ends = AbortSignal.timeout(deadline)
  try {
    return await runApart('opgen-opencode-', async (apart) => {
      const workingFolder = furnish(apart.folder, request)
      return await apart.run({
        program,
        args: argv,
        workingFolder,
        env: environmentIn(apart.folder, workingFolder, request),
        ends,
        mostBytes,
        ...(isEnough === undefined ? {} : { isEnough }),
      })
    })
  } catch {
    // There is nowhere to put what it would need.
    return { state: 'not-started' }
  }
}

/** @returns the working folder */
function furnish(folder: string, request: OpenCodeRequest): string {
  const { files, links, places, workingFolder } = request
  const inside = (below: string): string => path.join(folder, ...below.split('/'))
  const makeFolder = (below: string): string => {
    const made = inside(below)
    fs.mkdirSync(made, { recursive: true, mode: 0o700 })
    return made
  }
  for (const [below, text] of files) {
    makeFolder(above(below))
    // Among them are copies of files that may hold keys.
    fs.writeFileSync(inside(below), text, { mode: 0o600, flag: 'wx' })
  }
  for (const [below, target] of links) {
    makeFolder(above(below))
    // For any other link Windows wants a privilege.
    fs.symlinkSync(target, inside(below), 'junction')
  }
  for (const below of Object.values(places)) if (!files.has(below)) makeFolder(below)
  return makeFolder(workingFolder)
}

function above(below: string): string {
  return below.split('/').slice(0, -1).join('/')
}

function environmentIn(
  folder: string,
  workingFolder: string,
  { env, places }: OpenCodeRequest,
): Record<string, string> {
  const inFolder = Object.entries(places).map(([name, below]): [string, string] => [
    name,
    path.join(folder, ...below.split('/')),
  ])
  // OpenCode goes by this one, where a shell has set it (seen in 1.18.33).
  return { ...env, ...Object.fromEntries(inFolder), PWD: workingFolder }
}
