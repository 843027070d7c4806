import * as fc from 'fast-check'

type Damage = (text: string) => string

/** What stands in YAML for something, or should not stand in it at all. */
const ODD = [
  ...'- ? : , [ ] { } # & * ! | > \' " % @ ` ~ < = \\ 7 a'.split(' '),
  ' ',
  '\t',
  '\n',
  '\r',
  '\0',
  '\uFEFF',
  '\u0085',
  '\u2028',
  '\uD83D',
  ': ',
  '- ',
  '? ',
  ' #',
  '<<: ',
  '*a ',
  '&a ',
  '!!str ',
  '!!omap ',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '\r\n',
  '\n\t',
  '\n  ',
  '|2-\n',
  '__proto__: ',
  '{{',
]

/** A number of times as long as what it is a place in. */
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

function lines(change: (lines: string[], at: number, other: number) => void): fc.Arbitrary<Damage> {
  return fc.tuple(place, place).map(([at, other]) => (text) => {
    const changed = text.split('\n')
    change(changed, Math.floor(at * changed.length), Math.floor(other * changed.length))
    return changed.join('\n')
  })
}

const damage = fc.oneof<fc.Arbitrary<Damage>[]>(
  lines((all, at) => all.splice(at, 1)),
  lines((all, at, other) => all.splice(other, 0, all[at] ?? '')),
  lines((all, at, other) => {
    const first = all[at] ?? ''
    all[at] = all[other] ?? ''
    all[other] = first
  }),
  lines((all, at, other) => {
    all[at] = ' '.repeat(other) + (all[at] ?? '')
  }),
  place.map((at) => (text) => text.slice(0, Math.floor(at * text.length))),
  place.map((at) => (text) => text.slice(Math.floor(at * text.length))),
  fc.tuple(place, fc.constantFrom(...ODD)).map(([at, odd]) => (text) => {
    const index = Math.floor(at * (text.length + 1))
    return text.slice(0, index) + odd + text.slice(index)
  }),
  fc.tuple(place, fc.constantFrom(...ODD)).map(([at, odd]) => (text) => {
    const index = Math.floor(at * text.length)
    return text.slice(0, index) + odd + text.slice(index + 1)
  }),
)

/** One to four faults in a text: lines gone, twice, swapped or indented, ends cut off, odd characters. */
export const mutations: fc.Arbitrary<Damage> = fc
  .array(damage, { minLength: 1, maxLength: 4 })
  .map((faults) => (text) => faults.reduce((current, fault) => fault(current), text))
