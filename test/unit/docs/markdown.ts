import { readFileSync } from 'node:fs'
import path from 'node:path'

export const root = path.join(import.meta.dirname, '../../..')

/** A fenced block of a Markdown file. */
export interface FencedBlock {
  readonly language: string
  /** Without the indentation of the fence; ends with a line break. */
  readonly text: string
  /** Line of the opening fence. */
  readonly line: number
  /** File that a comment above the block, `<!-- copied from: PATH -->`, names. */
  readonly copiedFrom: string | undefined
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
    const copiedFrom = /<!-- copied from: (\S+) -->/.exec(lines[start - 1] ?? '')?.[1]
    blocks.push({ language, text, line: start + 1, copiedFrom })
    start += length + 1
  }
  return blocks
}

/** The first cells of all tables, without their backticks. */
export function firstCells(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^\| `?([^`|]+?)`? \|/gm)].map((match) => match[1] ?? '')
}
