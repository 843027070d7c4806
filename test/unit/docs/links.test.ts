import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { pages, readDocument, root } from './markdown.ts'

/** The name that a forge gives to a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}

function anchorsIn(file: string): readonly string[] {
  return [...readDocument(file).matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1] ?? ''))
}

describe('the links of', () => {
  test.each(pages())('%s lead somewhere', (file) => {
    const links = [...readDocument(file).matchAll(/\]\(([^)\s]+)\)/g)].map(
      (match) => match[1] ?? '',
    )
    const broken = links.filter((link) => {
      if (/^https?:/.test(link)) return false
      const [name = '', anchor] = link.split('#')
      const target = name === '' ? file : path.join(path.dirname(file), name)
      if (!existsSync(path.join(root, target))) return true
      return anchor !== undefined && !anchorsIn(target).includes(anchor)
    })
    expect(broken).toEqual([])
  })
})

test('decisions are numbered without a gap', () => {
  const numbers = readdirSync(path.join(root, 'docs/decisions')).map((file) =>
    Number(file.slice(0, 4)),
  )
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
})
