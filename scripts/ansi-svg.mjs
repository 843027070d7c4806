// A session on a terminal as an animated SVG. Pure: texts in, text out, no clock.
// It works as an <img>: no script, no font and no file of its own, and the colours of the reader's theme.

/** @typedef {{ readonly text: string, readonly style: string }} Run text of one style: class names of the SVG */

/**
 * @typedef {object} Step
 * @property {string} command as it is typed
 * @property {string} output what the terminal was sent
 * @property {number} reading milliseconds for which the output stands before the next step
 */

/**
 * @typedef {object} Recording
 * @property {string} title
 * @property {string} description for those who cannot see it
 * @property {number} columns
 * @property {number} rows how much is seen at a time; the rest scrolls away
 * @property {readonly Step[]} steps
 */

const CELL = { width: 8.4, height: 19 }
const MARGIN = 16
/** Milliseconds between two typed characters, and between typing and what is printed. */
const TYPING = 55
const THINKING = 350

const STYLE_OF = new Map([
  [1, 'b'],
  [2, 'd'],
  [31, 'r'],
  [32, 'g'],
  [33, 'y'],
])
/** What ends a style, and the styles it ends. */
const ENDS = new Map([
  [0, 'bdrgy'],
  [22, 'bd'],
  [39, 'rgy'],
])

/**
 * Read what a terminal was sent: lines of runs. Bold, dim, red, green and yellow are known; anything else
 * that is not text throws, so that nothing is lost in silence.
 *
 * @param {string} text
 * @returns {readonly (readonly Run[])[]}
 */
export function readAnsi(text) {
  /** @type {Set<string>} */
  const styles = new Set()
  const lines = text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n')
  return lines.map((line) => {
    /** @type {Run[]} */
    const runs = []
    // eslint-disable-next-line no-control-regex
    for (const part of line.split(/(\u001B\[[\d;]*m)/)) {
      // eslint-disable-next-line no-control-regex
      const codes = /^\u001B\[([\d;]*)m$/.exec(part)?.[1]
      if (codes === undefined) addText(runs, part, styles)
      else for (const code of codes.split(';')) changeStyle(styles, Number(code))
    }
    return runs
  })
}

/**
 * @param {Run[]} runs
 * @param {string} text
 * @param {ReadonlySet<string>} styles
 */
function addText(runs, text, styles) {
  if (text === '') return
  if (/\p{Cc}/u.test(text)) throw new Error(`not text: ${JSON.stringify(text)}`)
  runs.push({ text, style: [...styles].toSorted().join(' ') })
}

/**
 * @param {Set<string>} styles
 * @param {number} code
 */
function changeStyle(styles, code) {
  const begins = STYLE_OF.get(code)
  const ends = ENDS.get(code)
  if (begins === undefined && ends === undefined) throw new Error(`an unknown style: ${code}`)
  if (begins !== undefined) styles.add(begins)
  for (const ended of ends ?? '') styles.delete(ended)
}

/**
 * Draw a recording. Without animation, and where the reader wants none, it is its last picture.
 *
 * @param {Recording} recording
 * @returns {string}
 */
export function renderRecording(recording) {
  const { columns, rows } = recording
  const { elements, moments, scrolls, duration } = tell(recording)
  const width = Math.round(columns * CELL.width + 2 * MARGIN)
  const height = rows * CELL.height + 2 * MARGIN
  const last = scrolls.at(-1)?.by ?? 0
  const percent = (/** @type {number} */ at) => `${+((100 * at) / duration).toFixed(2)}%`
  const appear = moments.map(
    (at, index) =>
      `@keyframes k${index}{0%{visibility:hidden}${percent(at)}{visibility:visible}}.k${index}{animation-name:k${index}}`,
  )
  const scroll = scrolls.map(({ at, by }) => `${percent(at)}{transform:translateY(-${by}px)}`)
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t d" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title id="t">${escape(recording.title)}</title>
<desc id="d">${escape(recording.description)}</desc>
<style>
rect{fill:#fff;stroke:#d1d9e0}
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre;fill:#1f2328}
.b{font-weight:bold}.d{fill:#59636e}.r{fill:#cf222e}.g{fill:#1a7f37}.y{fill:#7d4e00}
@media (prefers-color-scheme:dark){
rect{fill:#0d1117;stroke:#3d444d}
text{fill:#e6edf3}
.d{fill:#9198a1}.r{fill:#ff7b72}.g{fill:#3fb950}.y{fill:#d29922}
}
#s{transform:translateY(-${last}px)}
@media (prefers-reduced-motion:no-preference){
[class^=k],#s{animation:${duration}ms step-end infinite}
#s{animation-name:s}
${appear.join('\n')}
@keyframes s{${scroll.join('')}}
}
</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>
<svg x="${MARGIN}" y="${MARGIN}" width="${width - 2 * MARGIN}" height="${rows * CELL.height}">
<g id="s">
${elements.join('\n')}
</g>
</svg>
</svg>
`
}

/**
 * When what appears where, and how far all has scrolled by then.
 *
 * @param {Recording} recording
 */
function tell({ steps, rows, columns }) {
  /** @type {string[]} */
  const elements = []
  /** @type {number[]} */
  const moments = []
  let scrolls = [{ at: 0, by: 0 }]
  let row = 0
  let now = 500

  /** @type {(line: readonly Run[]) => string} */
  const draw = (line) => {
    let column = 0
    const texts = line.map(({ text, style }) => {
      const drawn = drawRun({ text, style }, column, row)
      column += text.length
      return drawn
    })
    if (column > columns) throw new Error(`wider than ${columns} columns: ${JSON.stringify(line)}`)
    row += 1
    return texts.join('')
  }
  /** @type {(drawn: string) => void} */
  const appear = (drawn) => {
    elements.push(`<g class="k${moments.length}">${drawn}</g>`)
    moments.push(now)
    const by = Math.max(0, row - rows) * CELL.height
    if (by !== scrolls.at(-1)?.by) scrolls.push({ at: now, by })
  }

  for (const [index, { command, output, reading }] of steps.entries()) {
    if (index > 0) row += 1
    appear(drawRun({ text: '$', style: 'd' }, 0, row))
    for (const [at, character] of command.split('').entries()) {
      now += TYPING
      // The first character brings its row into view.
      if (at === 0) row += 1
      if (character !== ' ') appear(drawRun({ text: character, style: 'b' }, at + 2, row - 1))
    }
    now += THINKING
    appear(readAnsi(output).map(draw).join('\n'))
    now += reading
  }
  return { elements, moments, scrolls, duration: now }
}

/**
 * One run, as wide as its characters are columns: fonts differ.
 *
 * @param {Run} run
 * @param {number} column
 * @param {number} row
 */
function drawRun({ text, style }, column, row) {
  const inner = text.trim()
  if (inner === '') return ''
  const at = column + text.indexOf(inner)
  const x = +(at * CELL.width).toFixed(1)
  const wide = +(inner.length * CELL.width).toFixed(1)
  const name = style === '' ? '' : ` class="${style}"`
  return `<text x="${x}" y="${row * CELL.height + 14}" textLength="${wide}"${name}>${escape(inner)}</text>`
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
