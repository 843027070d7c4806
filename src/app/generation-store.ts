import path from 'node:path'
import type { Generation } from '../core/state/generation.ts'
import { parseGeneration, renderGeneration } from '../core/state/parse-generation.ts'
import { OpgenError } from '../errors.ts'
import type { Machine, System } from '../system/system.ts'
import { PRIVATE, stateFolder } from './state-folder.ts'

/** How many are kept. */
const KEPT = 20

function generationsFolder(machine: Machine): string {
  return path.join(stateFolder(machine), 'generations')
}

export function generationFile(machine: Machine, number: number): string {
  return path.join(generationsFolder(machine), `${number}.json`)
}

/** The numbers that there are, newest first. */
async function numbersOf({ files, machine }: System): Promise<readonly number[]> {
  const names = await files.list(generationsFolder(machine))
  return names
    .flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => b - a)
}

/** Every generation that can be read, newest first. */
export async function readGenerations(system: System): Promise<readonly Generation[]> {
  const found: Generation[] = []
  for (const number of await numbersOf(system)) {
    const generation = await readGeneration(system, number)
    if (generation !== undefined) found.push(generation)
  }
  return found
}

/** One generation; undefined when it is not kept any more, or cannot be read. */
export async function readGeneration(
  { files, machine }: System,
  number: number,
): Promise<Generation | undefined> {
  const text = await files.read(generationFile(machine, number))
  const generation = text === undefined ? undefined : parseGeneration(text)
  // A file that was copied over another is not the one that its name says.
  return generation?.number === number ? generation : undefined
}

export async function writeGeneration(
  { files, machine }: System,
  generation: Generation,
): Promise<void> {
  const file = generationFile(machine, generation.number)
  await files.replace(file, renderGeneration(generation), PRIVATE)
}

/** Take away a generation that was written ahead of a state that could not be. */
export async function removeGeneration({ files, machine }: System, number: number): Promise<void> {
  await files.remove(generationFile(machine, number))
}

/** Let go of generations that are too old. That one cannot be removed is no failure: it can wait. */
export async function pruneGenerations(system: System, newest: number): Promise<void> {
  const { files, machine } = system
  try {
    for (const number of await numbersOf(system)) {
      // One with a higher number is of a state that was lost since.
      const isOver = number > newest || number <= newest - KEPT
      if (isOver) await files.remove(generationFile(machine, number))
    }
  } catch (error) {
    if (!(error instanceof OpgenError)) throw error
  }
}

/** Take away what a killed opgen left beside them. */
export async function sweepGenerations({ files, machine }: System, newest: number): Promise<void> {
  for (const number of [newest, newest + 1]) await files.sweep(generationFile(machine, number))
}
