import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const root = path.join(import.meta.dirname, '../../..')

/** A fenced block of a Markdown file. */
export interface FencedBlock {
  readonly language: string
  /** Without the indentation of the fence; ends with a line break. */
  readonly text: string
  /** Line of the opening fence. */
  readonly line: number
  /** Number of lines between the fences. */
  readonly length: number
  /** Before each of its lines. */
  readonly indent: string
  /** What the comments on the lines right above say, `<!-- NAME: VALUE -->`, in order. */
  readonly notes: readonly Note[]
  /** File that a comment above the block, `<!-- copied from: PATH -->`, names. */
  readonly copiedFrom: string | undefined
}

export interface Note {
  readonly name: string
  readonly value: string
}

export function readDocument(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}

/** All fenced blocks of a Markdown text, in order. */
export function fencedBlocks(markdown: string): readonly FencedBlock[] {
  const lines = markdown.split('\n')
  const blocks: FencedBlock[] = []
  for (let start = 0; start < lines.length; start += 1) {
    const fence = /^( *)```(\w*)$/.exec(lines[start] ?? '')
    if (fence === null) continue
    const [, indent = '', language = ''] = fence
    const length = lines.slice(start + 1).indexOf(`${indent}\`\`\``)
    if (length < 0) throw new Error(`line ${start + 1}: a fence that is not closed`)
    const body = lines.slice(start + 1, start + 1 + length)
    const text = body.map((line) => `${line.slice(indent.length)}\n`).join('')
    const notes = notesAbove(lines, start)
    const copiedFrom = notes.find(({ name }) => name === 'copied from')?.value
    blocks.push({ language, text, line: start + 1, length, indent, notes, copiedFrom })
    start += length + 1
  }
  return blocks
}

function notesAbove(lines: readonly string[], line: number): readonly Note[] {
  const found = /^ *<!-- ([a-z ]+): (.+) -->$/.exec(lines[line - 1] ?? '')
  if (found === null) return []
  return [...notesAbove(lines, line - 1), { name: found[1] ?? '', value: found[2] ?? '' }]
}

/** All pages for users and contributors, as paths from the root. */
export function pages(): readonly string[] {
  const inDocs = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  return [...readdirSync(root), ...inDocs.map((file) => path.join('docs', file))]
    .filter((file) => file.endsWith('.md'))
    .toSorted()
}

/** Whether a text in YAML is a whole manifest. */
export function isManifest(text: string): boolean {
  return /^version: 1$/m.test(text)
}

/** The first cells of all tables, without their backticks. */
export function firstCells(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^\| `?([^`|]+?)`? \|/gm)].map((match) => match[1] ?? '')
}
