import { describe, expect, test } from 'vitest'
import { readAnsi, renderRecording } from '../../../scripts/ansi-svg.mjs'

describe('what a terminal was sent', () => {
  test('is read as lines of runs', () => {
    expect(
      readAnsi('\u001B[2mkeys\u001B[22m  auth.json\r\n\r\n\u001B[32m+ a\u001B[39m\r\n'),
    ).toEqual([
      [
        { text: 'keys', style: 'd' },
        { text: '  auth.json', style: '' },
      ],
      [],
      [{ text: '+ a', style: 'g' }],
    ])
  })

  test('may have several styles at a time, over line ends', () => {
    expect(readAnsi('\u001B[31;1mone\ntwo\u001B[0m end')).toEqual([
      [{ text: 'one', style: 'b r' }],
      [
        { text: 'two', style: 'b r' },
        { text: ' end', style: '' },
      ],
    ])
  })

  test.each(['\u001B[35mpurple', 'a\tb', '\u001B[2Jcleared', 'over\rwritten'])(
    'is refused where it cannot be drawn: %j',
    (text) => {
      expect(() => readAnsi(text)).toThrow(/unknown style|not text/)
    },
  )
})

const TWO_STEPS = {
  title: 'A & B',
  description: 'what is <seen>',
  columns: 20,
  rows: 3,
  steps: [
    { command: 'one', output: 'first\r\nsecond <3\r\n', reading: 1000 },
    { command: 'two', output: '\u001B[33mthird\u001B[39m\r\n', reading: 2000 },
  ],
}

describe('a recording', () => {
  const svg = renderRecording(TWO_STEPS)

  test('has every text, with what XML reserves escaped', () => {
    const texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map((match) => match[1])
    expect(texts.join('')).toBe('$onefirstsecond &lt;3$twothird')
    expect(svg).toContain('<title id="t">A &amp; B</title>')
    expect(svg).toContain('<desc id="d">what is &lt;seen&gt;</desc>')
  })

  test('shows its last rows where nothing moves, and moves only for readers who want that', () => {
    const [still = '', moving = ''] = svg.split('@media (prefers-reduced-motion:no-preference)')
    // Six rows, of which three are seen.
    expect(still).toContain('#s{transform:translateY(-57px)}')
    expect(still).not.toMatch(/animation|visibility/)
    expect(moving).toContain('infinite')
  })

  test('has colours for light and dark, and needs nothing but itself', () => {
    expect(svg).toContain('@media (prefers-color-scheme:dark)')
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|url\(|@import|<script/,
    )
  })

  test('takes as long as typing and reading do', () => {
    expect(svg).toContain(`${500 + 2 * (3 * 55 + 350) + 3000}ms`)
  })

  test('is refused where a line is wider than the terminal', () => {
    expect(() => renderRecording({ ...TWO_STEPS, columns: 8 })).toThrow('wider than 8 columns')
  })
})
